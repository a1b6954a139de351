"""A ticket on its way to a desk, once for each call that may fail and each line that may be cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import urlsplit

from structlog.testing import capture_logs

from intake.database import StorageError
from intake.delivery import Courier, Desk, EmailDesk
from intake.outbox import Outbox
from tests.delivery.desk_cases import CASES
from tests.delivery.survival_worker import Address
from tests.fakes.cutting_proxy import Cut, CuttingProxy
from tests.fakes.desks.server import FakeDesk
from tests.fakes.smtp import FakeSmtp
from tests.survive.nth_call import FaultMoment, NthCall, failing_database
from tests.survive.outcome import Outcome
from tests.tickets.example import NOW, Kept

_MOST_PASSES = 40


class JumpingClock:
    """Goes on to the next attempt at once."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def fail_each_call(url: str, moment: FaultMoment, calls: Iterable[int] | None = None) -> Outcome:
    """Hand a ticket over by mail with the n-th call of the database failing."""
    kept, outcome = Kept(url), Outcome()
    with _desk("smtp") as (desk_at, port, arrived):
        desk = desk_at(port)
        for number in calls if calls is not None else count(1):
            reference = kept.send(kept.draft()[1], desks=(desk.name,)).reference
            call = NthCall(number)
            with capture_logs(), failing_database(kept.engine, call, moment):
                _deliver(kept, desk)
            _judge(outcome, f"{moment} call {number}", kept, reference, arrived)
            if calls is None and call.count < number:
                break
    kept.engine.dispose()
    return outcome


def cut_each_line(url: str, kind: str, cut: Cut, lines: Iterable[int] | None = None) -> Outcome:
    """Hand a ticket over with the n-th thing that is said to its desk cut."""
    kept, outcome = Kept(url), Outcome()
    with _desk(kind) as (desk_at, port, arrived):
        for number in lines if lines is not None else count(1):
            with CuttingProxy(port, cuts_at=number, cut=cut) as proxy:
                desk = desk_at(proxy.port)
                reference = kept.send(kept.draft()[1], desks=(desk.name,)).reference
                with capture_logs():
                    _deliver(kept, desk)
                said = proxy.count
            _judge(outcome, f"{kind} {cut} {number}", kept, reference, arrived)
            if lines is None and said < number:
                break
    kept.engine.dispose()
    return outcome


DeskAt = Callable[[int], Desk]
Arrived = Callable[[], Counter[str]]


@contextmanager
def _desk(kind: str) -> Iterator[tuple[DeskAt, int, Arrived]]:
    """A desk reached at a port, the port of the fake behind it, and what has arrived there."""
    if kind == "smtp":
        smtp = FakeSmtp()
        smtp.up()
        try:
            yield _mail_desk, smtp.port, lambda: _by_message(smtp)
        finally:
            smtp.down()
        return
    (case,) = [case for case in CASES if case.kind == kind]
    with FakeDesk(case.dialect) as fake:
        port = urlsplit(fake.url).port or 0
        yield (
            lambda at: case.desk(Address(f"http://127.0.0.1:{at}")),  # type: ignore[arg-type]
            port,
            lambda: Counter(ticket.subject[1:12] for ticket in fake.tickets.values()),
        )


def _mail_desk(port: int) -> Desk:
    url = f"smtp://127.0.0.1:{port}"
    return EmailDesk(url, to="desk@hoster.example", sender="intake@hoster.example", name="smtp")


def _by_message(smtp: FakeSmtp) -> Counter[str]:
    """Mail may come twice, as one message of one id: that is one (docs/decisions/0010)."""
    ids = {mail["X-Intake-Reference"]: set[str]() for mail in smtp.mails()}
    for mail in smtp.mails():
        ids[mail["X-Intake-Reference"]].add(mail["Message-ID"])
    return Counter({reference: len(messages) for reference, messages in ids.items()})


def _deliver(kept: Kept, desk: Desk) -> None:
    """As the worker does it: a pass that fails is followed by the next, at its time."""
    clock, outbox = JumpingClock(), Outbox(kept.engine)
    courier = Courier(kept.engine, [desk], clock=clock, pick=lambda _low, high: high / 9)
    for _ in range(_MOST_PASSES):
        try:
            list(courier.run())
            due = courier.next_due()
        except StorageError:
            clock.now += timedelta(seconds=30)
            continue
        if due is None:
            return
        clock.now = max(clock.now, due)
    raise AssertionError(f"still on its way: {outbox.counts()}")


def _judge(outcome: Outcome, case: str, kept: Kept, reference: str, arrived: Arrived) -> None:
    outcome.cases += 1
    outcome.acknowledged += 1
    (row,) = Outbox(kept.engine).rows(reference)
    there = arrived()[reference]
    if row.state != "delivered":
        outcome.odd.append(f"{case}: {row.state}, {row.why}")
    outcome.lost += there == 0
    outcome.twice += there > 1
