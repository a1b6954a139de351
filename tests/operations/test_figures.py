"""The figures of the service, counted from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from intake.database import utc_now
from intake.drafts import Visit, read_statistics
from intake.operations.figures import ServiceFigures, read_figures, sum_figures
from intake.outbox import Outbox, delivered_since, undelivered
from intake.tickets.conversation import NewEntry
from intake.tickets.conversation_store import ConversationStore
from tests.tickets.example import Kept, answer, draft

DAY = timedelta(days=1)
WHOLE = draft(browser="Firefox")  # the example leaves one question without an answer


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


def figures(kept: Kept) -> ServiceFigures:
    now = utc_now()
    return read_figures(kept.engine, ["site-down"], now - DAY, now + DAY)["site-down"]


def question(kept: Kept, reference: str) -> None:
    entry = NewEntry("staff", "question", "Which PHP version?")
    ConversationStore(kept.engine).add(reference, entry)


def test_a_ticket_with_all_answers_is_complete_at_first_contact(kept: Kept) -> None:
    kept.send(kept.draft(WHOLE)[1], now=utc_now() + timedelta(minutes=4))
    counted = figures(kept)
    assert (counted.begun, counted.sent, counted.complete, counted.questions) == (1, 1, 1, 0)
    median_s = counted.seconds_to_sent_at(0.5)
    assert median_s is not None
    assert 239 < median_s < 300


def test_a_question_sent_back_is_a_round_and_takes_completeness_away(kept: Kept) -> None:
    asked_back = kept.send(kept.draft(WHOLE)[1], now=utc_now()).reference
    kept.send(kept.draft(WHOLE)[1], now=utc_now())
    question(kept, asked_back)
    question(kept, asked_back)
    counted = figures(kept)
    assert (counted.sent, counted.complete, counted.questions) == (2, 1, 2)
    assert counted.questions_per_ticket == 1.0


def test_a_ticket_without_an_answer_is_not_complete(kept: Kept) -> None:
    kept.send(kept.draft()[1], now=utc_now())
    assert figures(kept).complete == 0


def test_what_was_sent_before_the_span_or_of_another_checklist_is_not_counted(kept: Kept) -> None:
    kept.send(kept.draft(WHOLE)[1], now=utc_now() - timedelta(days=3))
    now = utc_now()
    assert figures(kept).sent == 0
    assert read_figures(kept.engine, ["mail"], now - DAY, now)["mail"] == ServiceFigures()


def test_figures_of_several_checklists_add_up() -> None:
    one = ServiceFigures(begun=3, sent=1, complete=1, seconds_to_sent=[60.0])
    other = ServiceFigures(begun=2, solved=1, sent=2, questions=1, seconds_to_sent=[10.0, 90.0])
    total = sum_figures([one, other])
    assert (total.begun, total.solved, total.sent, total.complete) == (5, 1, 3, 1)
    assert total.seconds_to_sent_at(0.5) == 60.0
    assert total.seconds_to_sent_at(0.9) == 90.0
    assert ServiceFigures().seconds_to_sent_at(0.5) is None


def test_statistics_of_a_span_leave_out_walks_that_began_before(kept: Kept) -> None:
    _, draft_id = kept.draft()
    kept.drafts.save_answer(draft_id, "name", answer("Anna"), Visit(then=None))
    now = utc_now()
    assert read_statistics(kept.engine, "site-down", now).walks == 1
    assert read_statistics(kept.engine, "site-down", now, since=now).walks == 0


def test_deliveries_are_counted_by_desk_and_state(kept: Kept) -> None:
    kept.send(kept.draft()[1], ("email", "rt"), now=utc_now())
    outbox, now = Outbox(kept.engine), utc_now()
    parked, taken = outbox.lease(now, ["email"]), outbox.lease(now, ["rt"])
    assert parked
    assert taken
    outbox.mark_parked(parked, "550")
    outbox.mark_delivered(taken, now, "42")
    assert [(row.desk, row.state, row.count) for row in undelivered(kept.engine)] == [
        ("email", "parked", 1)
    ]
    assert delivered_since(kept.engine, now - DAY) == {"rt": 1}
    assert delivered_since(kept.engine, now + DAY) == {}
