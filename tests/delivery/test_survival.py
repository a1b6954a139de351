"""
Tickets through desks that die, stall and lie, a worker that is killed: each one there once.

The long form is the promise in full, a table at its end: 1,000 tickets through a webhook, Request
Tracker and SMTP, the worker killed fifty times.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.delivery import Courier, Desk
from intake.outbox import DeskPauses, Outbox
from tests.delivery import survival_worker
from tests.delivery.desk_cases import CASES
from tests.fakes.desks.server import AfterCreate, FakeDesk, Response
from tests.fakes.smtp import FakeSmtp
from tests.tickets.example import NOW, Kept

KINDS = ("webhook", "request-tracker")
_LAG = timedelta(minutes=10)


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Trouble:
    """What a fake desk does with each request, drawn from a seed: half of them go wrong."""

    def __init__(self, fake: FakeDesk, seed: int) -> None:
        self.fake, self.draw = fake, random.Random(seed)  # noqa: S311 - a seed, no secret
        fake.refuses = self.refuses

    def refuses(self, _ticket: Any) -> Response | None:
        moods: list[AfterCreate] = ["500", "drop", "stall"]
        self.fake.after_create.clear()
        self.fake.before_create.clear()
        lot = self.draw.random()
        if lot < 0.1:
            return Response({"message": "slow down"}, 429, {"Retry-After": "7"})
        if lot < 0.2:
            self.fake.before_create.append(self.draw.choice(moods))
        elif lot < 0.4:
            self.fake.after_create.append(self.draw.choice(moods))
        return None


@dataclass
class Fleet:
    """The desks of a run, the fakes behind them, and a mail server that does the same."""

    kept: Kept
    fakes: dict[str, FakeDesk]
    smtp: FakeSmtp
    desks: list[Desk]

    def table(self, sent: list[str]) -> dict[str, tuple[int, int, int]]:
        """For each desk: how many distinct tickets are there, how many lost, how many twice."""
        there = {
            name: Counter(
                reference
                for ticket in fake.tickets.values()
                for reference in [ticket.subject[1:12]]
            )
            for name, fake in self.fakes.items()
        }
        there["smtp"] = Counter({mail["X-Intake-Reference"]: 1 for mail in self.smtp.mails()})
        return {
            name: (
                len(set(found) & set(sent)),
                len(set(sent) - set(found)),
                sum(1 for reference in sent if found[reference] > 1),
            )
            for name, found in there.items()
        }


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    kept = Kept(f"sqlite:///{tmp_path}/intake.sqlite3")
    smtp = FakeSmtp()
    with ExitStack() as stack:
        fakes = {
            case.kind: stack.enter_context(FakeDesk(case.dialect))
            for case in CASES
            if case.kind in KINDS
        }
        smtp.up()
        stack.callback(smtp.down)
        urls = {name: fake.url for name, fake in fakes.items()}
        desks = survival_worker.desks(urls, smtp.url)
        yield Fleet(kept, fakes, smtp, desks)


class Killer:
    """
    Starts the worker and ends it with SIGKILL.

    `kills`, `in_hand_over` of them at the moment when a desk took a ticket; `outages`: how often a
    desk's port was closed until the worker noticed.
    """

    def __init__(self, command: list[str], fleet: Fleet) -> None:
        self._command, self._fleet = command, fleet
        self._outbox, self._pauses = Outbox(fleet.kept.engine), DeskPauses(fleet.kept.engine)
        self._draw = random.Random(3)  # noqa: S311 - a seed, no secret
        self._armed = threading.Event()
        self._worker: subprocess.Popen[bytes] | None = None
        self.kills = self.in_hand_over = self.outages = 0
        for place in (*fleet.fakes.values(), fleet.smtp):
            if isinstance(place, FakeDesk):
                place.on_created = self._taken
            else:
                place.on_taken = self._taken  # type: ignore[attr-defined]

    def is_done(self) -> bool:
        return set(self._outbox.counts()) <= {"delivered", "parked"}

    def run(self, deliveries: int, *, is_last: bool) -> None:
        """One life of the worker."""
        if self.kills % 5 == 1:
            self._close_a_desk()
        self._worker = worker = subprocess.Popen(self._command)
        if self.kills % 5 == 1:
            self._open_when_noticed()
        begun = self._delivered()
        goal = begun + self._draw.randint(0, deliveries // 60)
        while worker.poll() is None and (is_last or self._delivered() < goal):
            time.sleep(0.02)
        if not is_last and worker.poll() is None:
            if self.kills % 2:
                worker.send_signal(signal.SIGKILL)
            else:
                self._armed.set()
            self.in_hand_over += worker.wait() == -signal.SIGKILL and not self.kills % 2
            self._armed.clear()
        self.kills += worker.wait() == -signal.SIGKILL

    def _taken(self) -> None:
        if self._armed.is_set() and self._worker is not None:
            self._worker.send_signal(signal.SIGKILL)

    def _delivered(self) -> int:
        return self._outbox.counts().get("delivered", 0)

    def _close_a_desk(self) -> None:
        places = (*self._fleet.fakes.values(), self._fleet.smtp)
        self._closed = places[self.outages % len(places)]
        self._closed_name = (*self._fleet.fakes, "smtp")[self.outages % len(places)]
        self._closed.down()  # type: ignore[attr-defined]

    def _open_when_noticed(self) -> None:
        """Until the desk is paused, or nothing waits for it any more."""
        assert self._worker is not None
        while self._worker.poll() is None and self._closed_name not in self._pauses.all():
            time.sleep(0.02)
        self._closed.up()  # type: ignore[attr-defined]
        self.outages += 1


def _smtp_trouble(smtp: FakeSmtp, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311

    def at_data() -> str | None:
        lot = draw.random()
        if lot < 0.1:
            return "451 4.3.0 Try later"
        smtp.drop_before_answer = 1 if lot < 0.25 else 0
        smtp.stall_before_answer = 2 * survival_worker.TIMEOUT_S if 0.25 <= lot < 0.3 else 0.0
        return None

    smtp.at_data = at_data


def test_desks_that_fail_every_other_time_have_each_ticket_once(fleet: Fleet) -> None:
    """No wait: the clock jumps to each next attempt."""
    names = tuple(desk.name for desk in fleet.desks)
    sent = [fleet.kept.send(fleet.kept.draft()[1], desks=names).reference for _ in range(6)]
    for seed, fake in enumerate(fleet.fakes.values()):
        Trouble(fake, seed)
    _smtp_trouble(fleet.smtp, 7)
    clock = Clock()
    for fake in fleet.fakes.values():
        fake.lag_s = _LAG.total_seconds()
        fake.clock = lambda: clock.now.timestamp()  # noqa: PLW0108 - the clock moves on
    courier = Courier(fleet.kept.engine, fleet.desks, clock=clock, pick=lambda _low, high: high / 9)
    while (due := courier.next_due()) is not None and due - NOW < timedelta(days=3):
        clock.now = max(clock.now, due)
        list(courier.run())
    assert Outbox(fleet.kept.engine).counts() == {"delivered": 18}
    assert fleet.table(sent) == dict.fromkeys([*KINDS, "smtp"], (6, 0, 0))
    assert len({mail["Message-ID"] for mail in fleet.smtp.mails()}) == 6


def test_a_worker_killed_in_a_hand_over_makes_no_second_ticket(fleet: Fleet) -> None:
    """The desk took it, and we died before its answer: as SIGKILL does, nothing is written."""
    sent = [fleet.kept.send(fleet.kept.draft()[1], desks=("request-tracker",)).reference]
    fake, clock = fleet.fakes["request-tracker"], Clock()
    (desk,) = [desk for desk in fleet.desks if desk.name == "request-tracker"]
    courier = Courier(fleet.kept.engine, [desk], clock=clock)
    killed = KeyboardInterrupt()

    def dies(ticket: Any) -> Any:
        create(ticket)
        raise killed

    create, desk.create = desk.create, dies  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        list(courier.run())
    desk.create = create  # type: ignore[method-assign]
    clock.now += timedelta(minutes=11)  # the lease has run out
    list(Courier(fleet.kept.engine, [desk], clock=clock).run())
    assert fleet.table(sent)["request-tracker"] == (1, 0, 0)
    assert len(fake.tickets) == 1
    ticket = fleet.kept.tickets.get(sent[0])
    assert ticket is not None
    assert [event.kind for event in ticket.events][-2:] == ["found", "delivered"]


@pytest.mark.parametrize(
    ("tickets", "kills"),
    [
        (1, 2),
        pytest.param(
            1000, 50, marks=[pytest.mark.long, pytest.mark.timeout(3600)], id="a-thousand"
        ),
    ],
)
def test_tickets_survive_everything(
    fleet: Fleet, tmp_path: Path, capsys: Any, tickets: int, kills: int
) -> None:
    """
    A worker in a process of its own, killed again and again; its clock runs 300 times as fast.

    Every other kill comes when a desk has just taken a ticket and the worker doesn't know it yet.
    """
    names = tuple(desk.name for desk in fleet.desks)
    sent = [fleet.kept.send(fleet.kept.draft()[1], desks=names).reference for _ in range(tickets)]
    for seed, fake in enumerate(fleet.fakes.values()):
        Trouble(fake, seed)
        fake.lag_s = _LAG.total_seconds() / survival_worker.SPEED
    _smtp_trouble(fleet.smtp, 7)
    urls = [f"{name}={fake.url}" for name, fake in fleet.fakes.items()]
    script = [sys.executable, "-m", "tests.delivery.survival_worker", str(tmp_path)]
    began = time.monotonic()
    killer = Killer([*script, fleet.smtp.url, f"{began}", *urls], fleet)
    while not killer.is_done() and time.monotonic() - began < 3000:
        killer.run(3 * tickets, is_last=killer.kills == kills)
    table = fleet.table(sent)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{tickets} tickets, {killer.kills} kills ({killer.in_hand_over} of them in a"
            f" hand-over), {killer.outages} outages, {time.monotonic() - began:.0f} s"
        )
        for name, (there, lost, twice) in table.items():
            print(f"{name:16} distinct {there:5}  lost {lost:3}  twice {twice:3}")  # noqa: T201
    assert table == dict.fromkeys([*KINDS, "smtp"], (tickets, 0, 0))
    assert len({mail["Message-ID"] for mail in fleet.smtp.mails()}) == tickets
    assert killer.kills == kills
