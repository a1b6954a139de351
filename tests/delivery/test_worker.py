"""From the outbox to the desk: through outages, refusals, crashes; once, or a person is told."""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from intake.delivery import (
    Courier,
    DeliveryWorker,
    DeskTicket,
    EmailDesk,
    Receipt,
    Refused,
    Unavailable,
)
from intake.outbox import GIVE_UP_AFTER, Outbox
from tests.delivery.scripted_desk import ScriptedDesk
from tests.fakes.smtp import FakeSmtp
from tests.tickets.example import NOW, Kept

PICK = random.Random(2).uniform  # noqa: S311


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(f"sqlite:///{tmp_path}/intake.sqlite3")


class Clock:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def skip_to(self, moment: datetime) -> None:
        self.now = max(self.now, moment)


def run_until_quiet(courier: Courier, clock: Clock, limit: timedelta = timedelta(days=9)) -> int:
    """Passes until nothing waits, the clock jumping from one due time to the next."""
    started, passes = clock.now, 0
    while (due := courier.next_due()) is not None and due - started < limit:
        clock.skip_to(due)
        list(courier.run())
        passes += 1
    return passes


def test_a_hundred_tickets_survive_a_server_that_is_down_then_refuses_then_accepts(
    kept: Kept,
) -> None:
    """A real SMTP server; no sleep, the clock is moved to each next attempt."""
    sent = [kept.send(kept.draft()[1]).reference for _ in range(100)]
    smtp, clock = FakeSmtp(), Clock()
    desk = EmailDesk(smtp.url, to="desk@hoster.example", sender="intake@hoster.example")
    courier = Courier(kept.engine, [desk], clock=clock, pick=PICK)
    tries = 0
    while clock.now < NOW + timedelta(minutes=40):
        tries += len(list(courier.run()))
        due = courier.next_due()
        assert due is not None
        clock.skip_to(due)
    assert 3 < tries < 100  # the whole desk is down: not everybody knocks
    assert smtp.letters == []

    refusals = itertools.cycle(["451 4.7.1 Greylisted", "421 4.3.2 Busy", None])
    smtp.at_rcpt = lambda: next(refusals)
    smtp.up()
    try:
        for _ in range(60):
            list(courier.run())
            due = courier.next_due()
            if due is None:
                break
            clock.skip_to(due)
        smtp.at_rcpt = lambda: None
        run_until_quiet(courier, clock)
    finally:
        smtp.down()

    arrived = Counter(mail["X-Intake-Reference"] for mail in smtp.mails())
    assert arrived == dict.fromkeys(sent, 1)
    assert Outbox(kept.engine).counts() == {"delivered": 100}
    assert {row.delivery for row in kept.tickets.list(limit=200)} == {"delivered"}


def test_an_answer_lost_repeats_the_same_message_id_and_says_so(kept: Kept) -> None:
    """SMTP can't tell whether it has it (docs/decisions/0010): one repeat, never a loss."""
    reference = kept.send(kept.draft()[1]).reference
    smtp, clock = FakeSmtp(drop_before_answer=1), Clock()
    smtp.up()
    try:
        desk = EmailDesk(smtp.url, to="desk@hoster.example", sender="intake@hoster.example")
        run_until_quiet(Courier(kept.engine, [desk], clock=clock, pick=PICK), clock)
    finally:
        smtp.down()
    assert len({mail["Message-ID"] for mail in smtp.mails()}) == 1
    assert len(smtp.mails()) == 2
    ticket = kept.tickets.get(reference)
    assert ticket is not None
    assert [event.kind for event in ticket.events][-2:] == ["uncertain", "delivered"]


def test_a_desk_down_for_days_parks_the_ticket_for_a_person(kept: Kept) -> None:
    reference = kept.send(kept.draft()[1]).reference
    desk, clock = ScriptedDesk(*[Unavailable("down")] * 10_000), Clock()
    run_until_quiet(Courier(kept.engine, [desk], clock=clock, pick=PICK), clock)
    (row,) = kept.outbox_rows(reference)
    assert row.state == "parked"
    assert GIVE_UP_AFTER <= clock.now - NOW < GIVE_UP_AFTER + timedelta(hours=6.1)
    assert 15 < row.attempts < 200
    assert kept.tickets.list()[0].delivery == "parked"
    assert Outbox(kept.engine).retry_parked(clock.now, reference) == 1
    desk.answers = itertools.repeat(None)
    list(Courier(kept.engine, [desk], clock=clock).run())
    assert desk.taken == [reference]


def test_a_refusal_parks_at_once_and_the_others_go_on(kept: Kept) -> None:
    first, second = (kept.send(kept.draft()[1]).reference for _ in range(2))
    desk, clock = ScriptedDesk(Refused("no such queue")), Clock()
    outcomes = list(Courier(kept.engine, [desk], clock=clock).run())
    assert {(one.reference, one.outcome) for one in outcomes} == {
        (first, "parked"),
        (second, "delivered"),
    } or {(one.reference, one.outcome) for one in outcomes} == {
        (second, "parked"),
        (first, "delivered"),
    }


def test_a_desk_that_says_when_is_believed(kept: Kept) -> None:
    """RFC 9110, section 10.2.3."""
    kept.send(kept.draft()[1])
    desk, clock = ScriptedDesk(Unavailable("429", retry_after_s=1_234.0)), Clock()
    courier = Courier(kept.engine, [desk], clock=clock)
    (attempt,) = courier.run()
    assert attempt.next_attempt_at == NOW + timedelta(seconds=1_234)
    assert courier.next_due() == attempt.next_attempt_at


def test_a_fault_in_a_desk_is_one_tickets_trouble(kept: Kept) -> None:
    for _ in range(3):
        kept.send(kept.draft()[1])
    desk, clock = ScriptedDesk(KeyError("a bug")), Clock()
    outcomes = [one.outcome for one in Courier(kept.engine, [desk], clock=clock).run()]
    assert sorted(outcomes) == ["delivered", "delivered", "waiting"]


def test_every_desk_gets_the_ticket(kept: Kept) -> None:
    reference = kept.send(kept.draft()[1], desks=("email", "other")).reference
    email, other = ScriptedDesk(), ScriptedDesk(Refused("no"), Refused("no"), name="other")
    list(Courier(kept.engine, [email, other], clock=Clock()).run())
    states = {row.desk: row.state for row in kept.outbox_rows(reference)}
    assert states == {"email": "delivered", "other": "parked"}


def test_two_couriers_never_make_the_same_delivery(kept: Kept) -> None:
    """R14: two workers at once, no double lease."""
    sent = [kept.send(kept.draft()[1]).reference for _ in range(30)]
    desks = [ScriptedDesk(), ScriptedDesk(), ScriptedDesk()]
    couriers = [Courier(kept.engine, [desk], clock=Clock()) for desk in desks]
    threads = [threading.Thread(target=lambda c=c: list(c.run())) for c in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(key for desk in desks for key in desk.taken) == sorted(sent)


def test_a_lease_of_a_dead_worker_comes_back(kept: Kept) -> None:
    reference = kept.send(kept.draft()[1]).reference
    outbox = Outbox(kept.engine)
    assert outbox.lease(NOW, ["email"]) is not None  # and then it is killed
    assert outbox.lease(NOW, ["email"]) is None
    desk, clock = ScriptedDesk(), Clock()
    run_until_quiet(Courier(kept.engine, [desk], clock=clock), clock)
    assert desk.taken == [reference]
    assert clock.now == NOW + timedelta(minutes=10)


class GatedDesk(ScriptedDesk):
    """Says that it has begun, and waits to be let on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.arrived = threading.Semaphore(0)

    def create(self, ticket: DeskTicket) -> Receipt:
        self.begun.set()
        assert self.go_on.wait(20)
        receipt = super().create(ticket)
        self.arrived.release()
        return receipt


def test_the_worker_wakes_delivers_and_stops(kept: Kept) -> None:
    desk = GatedDesk()
    desk.go_on.set()
    worker = DeliveryWorker(kept.engine, [desk], clock=Clock())
    worker.start()
    worker.start()
    for _ in range(3):
        kept.send(kept.draft()[1])
        worker.wake()
        assert desk.arrived.acquire(timeout=20)
    assert worker.stop()
    assert worker.stop()
    assert Outbox(kept.engine).counts() == {"delivered": 3}


def test_stopping_finishes_the_delivery_in_hand_and_begins_no_other(kept: Kept) -> None:
    """R14: nothing stays leased behind."""
    for _ in range(5):
        kept.send(kept.draft()[1])
    desk = GatedDesk()
    worker = DeliveryWorker(kept.engine, [desk], clock=Clock())
    worker.start()
    assert desk.begun.wait(20)
    assert not worker.stop(within_s=0.01)
    desk.go_on.set()
    assert desk.arrived.acquire(timeout=20)
    for thread in threading.enumerate():
        if thread.name == "delivery":
            thread.join(20)
    assert Outbox(kept.engine).counts() == {"delivered": 1, "waiting": 4}


def test_a_delivery_that_hangs_at_the_end_is_handed_back(kept: Kept) -> None:
    """The next process takes it up within seconds, and not when ten minutes are over."""
    reference, clock = kept.send(kept.draft()[1]).reference, Clock()
    desk = GatedDesk()
    worker = DeliveryWorker(kept.engine, [desk], clock=clock)
    worker.start()
    assert desk.begun.wait(20)
    assert not worker.stop(within_s=0.01)
    due = Outbox(kept.engine).next_due([desk.name])
    assert due == clock() + timedelta(seconds=10)
    desk.go_on.set()  # it ends after all, before its process does
    assert desk.arrived.acquire(timeout=20)
    for thread in threading.enumerate():
        if thread.name == "delivery":
            thread.join(20)
    assert [row.state for row in kept.outbox_rows(reference)] == ["delivered"]
