"""The operator's webhook about a customer's address: asked when it matters, never waited for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from diagnostics import BanObservation, finding_text
from intake.checks import BanHook, BanInquiries
from intake.checks.ban_hook import signature
from tests.fakes import unban_hook
from tests.fakes.unban_hook import BANNED, SECRET, UnbanHook
from tests.web.look_world import LookWorld, Site, new_database

CLIENT = "198.51.100.4"
FAILS = {"seen": [[0, "reached", 40], [1, "timed-out", 8000]]}
REACHES = {"seen": [[0, "reached", 40], [1, "reached", 80]]}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return new_database(tmp_path_factory.mktemp("unban"))


@dataclass
class Case:
    """A customer's draft, and the inquiries about their address."""

    world: LookWorld
    bans: BanInquiries

    def looks(self, said: object = FAILS, client: str = CLIENT) -> None:
        """Let the customer's browser say what it saw, and wait until the webhook was heard."""
        token = self.world.look(client)
        assert self.world.views.finish(token, json.dumps(said).encode(), client)
        self.consider()

    def consider(self) -> None:
        self.bans.consider(self.world.draft_id, "web")
        self.wait()

    def lift(self) -> None:
        self.bans.lift(self.world.draft_id, self.world.run)
        self.wait()

    def wait(self) -> None:
        for thread in threading.enumerate():
            if getattr(thread, "_target", None) == self.bans._work:
                thread.join(30)
                assert not thread.is_alive(), "it is waited for longer than its limit"

    @property
    def title(self) -> str:
        return finding_text(self.world.report.findings[0]).title


def case(site: Site, engine: Engine, hook: UnbanHook, *, may_lift: bool = True) -> Case:
    world = LookWorld(engine, site.url)
    bans = BanInquiries(
        BanHook(hook.url, SECRET, limit_s=1.0),
        world.drafts,
        world.store,
        world.storage,
        customers_may_lift=may_lift,
    )
    return Case(world, bans)


def test_a_block_that_the_webhook_knows_is_no_guess_any_more(site: Site, engine: Engine) -> None:
    with UnbanHook(BANNED) as hook:
        told = case(site, engine, hook)
        told.looks()
    assert told.world.codes == ["client.address_banned", "ok.reachable"]
    words = finding_text(told.world.report.findings[0])
    assert CLIENT in words.title
    assert "fail2ban jail sshd, 2026-11-29 06:00 UTC" in words.explanation
    assert "likely" not in words.title
    assert hook.asked == [{"type": "ban.check", "address": CLIENT, "host": "127.0.0.1"}]


def test_requests_are_signed_as_standard_webhooks_are(site: Site, engine: Engine) -> None:
    with UnbanHook(BANNED) as hook:
        case(site, engine, hook).looks()
    (headers,), (body,) = hook.headers, hook.bodies
    said = headers["webhook-id"], headers["webhook-timestamp"]
    assert headers["webhook-signature"] == signature(SECRET.encode(), *said, body)
    assert headers["webhook-signature"] != signature(b"another", *said, body)


def test_no_block_takes_the_accusation_away(site: Site, engine: Engine) -> None:
    with UnbanHook({"banned": False}) as hook:
        told = case(site, engine, hook)
        told.looks()
    assert told.world.codes == ["client.not_reached", "ok.reachable"]
    assert "does not block" in finding_text(told.world.report.findings[0]).explanation


def test_nobody_is_asked_where_the_browser_gets_through_or_nothing_changed(
    site: Site, engine: Engine
) -> None:
    with UnbanHook(BANNED) as hook:
        told = case(site, engine, hook)
        told.looks(REACHES)
        assert hook.asked == []
        other = case(site, engine, hook)
        other.looks()
        other.consider()
        assert len(hook.asked) == 1


@pytest.mark.parametrize(
    "mood", [unban_hook.stalls, unban_hook.drips, unban_hook.says_yes_and_drops_the_line]
)
def test_a_webhook_without_an_answer_changes_nothing(
    site: Site, engine: Engine, mood: unban_hook.Mood
) -> None:
    with UnbanHook() as hook:
        hook.mood = mood
        told = case(site, engine, hook)
        told.looks()
    assert told.world.codes == ["client.not_reached", "ok.reachable"]
    assert not [o for o in told.world.report.observations if isinstance(o, BanObservation)]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (BANNED, 429),
        (BANNED, 401),
        (BANNED, 500),
        (b"", 200),
        (b"[" * 4000, 200),
        (b"x" * 100_000, 200),
        ({"banned": "yes"}, 200),
        ([True], 200),
    ],
)
def test_an_answer_that_is_none_changes_nothing(
    site: Site, engine: Engine, answer: object, status: int
) -> None:
    with UnbanHook(answer, status=status) as hook:
        told = case(site, engine, hook)
        told.looks()
    assert told.world.codes == ["client.not_reached", "ok.reachable"]


def test_hostile_words_of_the_webhook_are_cut_and_harmless(site: Site, engine: Engine) -> None:
    hostile = BANNED | {"by": "\x1b[31m" + "x" * 3000, "since": "9999-99-99"}
    with UnbanHook(hostile) as hook:
        told = case(site, engine, hook)
        told.looks()
    (word,) = (o for o in told.world.report.observations if isinstance(o, BanObservation))
    assert word.by.isprintable()
    assert len(word.by) <= 110
    assert word.since == ""


def test_a_block_is_lifted_once_by_the_customer_and_stays_on_record(
    site: Site, engine: Engine
) -> None:
    with UnbanHook(BANNED, {"lifted": True}) as hook:
        told = case(site, engine, hook)
        told.looks()
        assert told.bans.may_lift(told.world.run)
        for _ in range(3):
            told.lift()
    assert [row["type"] for row in hook.asked] == ["ban.check", "ban.lift"]
    assert "lifted" in told.title
    assert not told.bans.may_lift(told.world.run)
    told.world.measure()
    told.world.storage.take_views(told.world.draft_id, "web")
    assert any(isinstance(o, BanObservation) for o in told.world.report.observations)


def test_a_lift_whose_answer_was_lost_is_repeated_under_the_same_number(
    site: Site, engine: Engine
) -> None:
    with UnbanHook(BANNED, {"lifted": True}) as hook:
        told = case(site, engine, hook)
        told.looks()
        hook.mood = unban_hook.says_yes_and_drops_the_line
        told.lift()
        assert told.bans.may_lift(told.world.run)
        hook.mood = None
        told.lift()
    assert "lifted" in told.title
    ids = [headers["webhook-id"] for headers in hook.headers]
    assert ids[1] == ids[2] != ids[0]


def test_who_may_not_lift_gets_no_button_and_lifts_nothing(site: Site, engine: Engine) -> None:
    with UnbanHook(BANNED) as hook:
        closed = case(site, engine, hook, may_lift=False)
        closed.looks()
        closed.lift()
        hook.answers[:] = [BANNED | {"liftable": False}]
        refused = case(site, engine, hook)
        refused.looks()
        refused.lift()
    assert not closed.bans.may_lift(closed.world.run)
    assert {row["type"] for row in hook.asked} == {"ban.check"}
