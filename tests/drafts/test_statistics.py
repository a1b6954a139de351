"""Statistics per step: what the customers did, counted; nothing of what they said."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.database import migrate, open_database
from intake.drafts import (
    REVIEW,
    ChecklistStatistics,
    DraftStore,
    Visit,
    delete_old_drafts,
    read_statistics,
)
from intake.journey import Answer, Draft
from intake.tickets import TicketStore
from tests.tickets import example

BEGIN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = example.CHECKLIST.id


class Office:
    """A store whose clock the test turns."""

    def __init__(self, path: Path) -> None:
        self.path = path / "intake.db"
        self.engine = open_database(f"sqlite:///{self.path}")
        migrate(self.engine)
        self.now = BEGIN
        self.drafts = DraftStore(self.engine, clock=lambda: self.now)

    def figures(self) -> ChecklistStatistics:
        return read_statistics(self.engine, SITE, self.now)

    def begin(self) -> str:
        return self.drafts.create(example.CHECKLIST, Draft(language="en"), first="site")[1]

    def say(
        self, draft: str, step: str, then: str | None, after_s: float = 10, **more: bool
    ) -> None:
        self.now += timedelta(seconds=after_s)
        value = None if more.get("is_unknown") else "x"
        self.drafts.save_answer(draft, step, Answer(value=value, at=self.now), Visit(then, **more))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_walk_is_counted_step_by_step(office: Office) -> None:
    one, other = office.begin(), office.begin()
    office.say(one, "site", "since", after_s=4)
    office.say(one, "since", "scope", after_s=30, is_unknown=True)
    office.say(other, "site", "since", after_s=6)
    figures = office.figures()
    assert (figures.walks, figures.sent, figures.left, figures.under_way) == (2, 0, 0, 2)
    site, since, scope = (figures.steps[name] for name in ("site", "since", "scope"))
    assert (site.reached, site.answered, site.unknown) == (2, 2, 0)
    assert site.median_s == pytest.approx((4 + 40) / 2)
    assert (since.reached, since.answered, since.unknown, since.median_s) == (2, 1, 1, 30)
    assert (scope.reached, scope.answered, scope.median_s) == (1, 0, None)


def test_who_is_away_for_half_an_hour_left_where_they_were(office: Office) -> None:
    one, other = office.begin(), office.begin()
    office.say(one, "site", "since")
    office.say(other, "site", "since")
    office.now += timedelta(minutes=29)
    assert office.figures().left == 0
    office.say(other, "since", REVIEW)
    office.now += timedelta(minutes=2)
    figures = office.figures()
    assert (figures.left, figures.steps["since"].left, figures.steps[REVIEW].left) == (1, 1, 0)
    office.now += timedelta(minutes=31)
    assert office.figures().steps[REVIEW].left == 1


def test_an_answer_changed_later_is_counted_and_the_same_one_again_is_not(office: Office) -> None:
    draft = office.begin()
    office.say(draft, "site", "since")
    office.say(draft, "site", "since", is_news=False)
    assert office.figures().steps["site"].changed == 0
    office.say(draft, "site", "since")
    office.say(draft, "site", "since")
    figures = office.figures()
    assert (figures.steps["site"].changed, figures.steps["site"].answered) == (1, 1)
    assert figures.steps["site"].median_s == 10  # to the first answer


def test_sent_and_solved_are_no_leaving(office: Office) -> None:
    sent, solved, reopened = office.begin(), office.begin(), office.begin()
    tickets = TicketStore(office.engine)
    tickets.send(sent, lambda reference, _: example.ticket(reference=reference), ())
    office.drafts.set_status(solved, "solved")
    office.drafts.set_status(reopened, "solved")
    office.drafts.set_status(reopened, "open")
    office.now += timedelta(hours=1)
    figures = office.figures()
    assert (figures.sent, figures.solved, figures.left) == (1, 1, 1)


def test_figures_outlive_the_drafts_and_hold_no_answer(office: Office) -> None:
    draft = office.begin()
    office.now += timedelta(seconds=5)
    said = Answer(value="secret.example", at=office.now)
    office.drafts.save_answer(draft, "site", said, Visit("since"))
    assert delete_old_drafts(office.engine, office.now + timedelta(days=2)) == 1
    office.now += timedelta(days=2)
    figures = office.figures()
    assert (figures.walks, figures.steps["since"].left) == (1, 1)
    with sqlite3.connect(office.path) as database:
        kept = database.execute("SELECT * FROM step_visits, walks").fetchall()
    assert "secret" not in str(kept)
    delete_old_drafts(office.engine, office.now + timedelta(days=365))
    assert office.figures().walks == 0
