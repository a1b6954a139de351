"""
Who carries the tickets: a courier that makes one pass, and a thread that wakes it.

The thread never polls: it sleeps until somebody wakes it, or the next attempt is due.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import Engine

from intake.database import Clock, utc_now
from intake.delivery.desk import Desk, Receipt, Refused, Unavailable
from intake.outbox import (
    GIVE_UP_AFTER,
    Delivery,
    Outbox,
    RandomDraw,
    entry_of,
    retry_delay_s,
    uniform,
)
from intake.tickets.store import TicketStore
from intake.tickets.ticket import Event, Ticket

DeliveryOutcome = Literal["delivered", "waiting", "parked"]

LONGEST_SLEEP_S = 300.0  # a clock that jumps, or another process's row, is noticed after this
STOP_WITHIN_S = 20.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, and how it went; `next_attempt_at` is set when it waits, `why` unless delivered."""

    reference: str
    desk: str
    outcome: DeliveryOutcome
    why: str = ""
    next_attempt_at: datetime | None = None


@dataclass(slots=True)
class _Pause:
    """A desk that can't be reached at all: one ticket tries, the others wait with it."""

    until: datetime
    failures: int


class Courier:
    """Makes the deliveries that are due, one at a time; used by one thread."""

    def __init__(
        self,
        engine: Engine,
        desks: Sequence[Desk],
        *,
        clock: Clock = utc_now,
        pick: RandomDraw = uniform,
    ) -> None:
        self.outbox = Outbox(engine)
        self._tickets = TicketStore(engine)
        self._desks = {desk.name: desk for desk in desks}
        self._clock = clock
        self._pick = pick
        self._pauses: dict[str, _Pause] = {}

    def run(self) -> Iterator[Attempt]:
        """Every delivery that is due now, as each is made; stop iterating to stop delivering."""
        # `lease` takes the write lock, so an idle worker reads first.
        while self.outbox.is_due(self._clock(), self._open_desks()):
            delivery = self.outbox.lease(self._clock(), self._open_desks())
            if delivery is None:
                return
            yield self._attempt(delivery)

    def next_due(self) -> datetime | None:
        """When `run` will have something to do; None when nothing waits."""
        now = self._clock()
        times = []
        for name in self._desks:
            due = self.outbox.next_due([name])
            pause = self._pauses.get(name)
            if due is not None:
                times.append(max(due, pause.until) if pause and pause.until > now else due)
        return min(times, default=None)

    def _open_desks(self) -> list[str]:
        now = self._clock()
        return [
            name
            for name in self._desks
            if name not in self._pauses or self._pauses[name].until <= now
        ]

    def _attempt(self, delivery: Delivery) -> Attempt:
        ticket = self._tickets.get(delivery.reference)
        desk = self._desks[delivery.desk]
        if ticket is None:  # pragma: no cover - the outbox's foreign key forbids it
            return self._park(delivery, "The ticket is gone")
        try:
            receipt = self._hand_over(desk, ticket, delivery)
        except Refused as refusal:
            return self._park(delivery, str(refusal))
        except Unavailable as trouble:
            return self._wait(delivery, trouble)
        except Exception as error:
            # A fault of ours in one desk must not stop the others: the row waits as after any
            # failure.
            log.exception("delivery_failed", reference=delivery.reference, desk=delivery.desk)
            return self._wait(delivery, Unavailable(f"{type(error).__name__}: {error}"))
        return self._arrive(delivery, receipt)

    def _hand_over(self, desk: Desk, ticket: Ticket, delivery: Delivery) -> Receipt:
        # What was said since is handed over by rows of its own.
        sent = ticket.model_copy(update={"conversation": ()})
        key = f"{delivery.reference}.{delivery.about}"
        if (entry_id := entry_of(delivery.about)) is not None:
            entry = next(entry for entry in ticket.conversation if entry.id == entry_id)
            files = self._tickets.attachments(delivery.reference, entry_id)
            return desk.append(sent, entry, files, key)
        if delivery.about:
            return desk.update(sent, key)
        files = self._tickets.attachments(delivery.reference)
        return desk.deliver(sent, files, delivery.reference)

    def _arrive(self, delivery: Delivery, receipt: Receipt) -> Attempt:
        now = self._clock()
        self._pauses.pop(delivery.desk, None)
        # Before the notes: from here on nobody sends it again, whatever becomes of them.
        self.outbox.mark_delivered(delivery, now, receipt.remote_id)
        if receipt.without_files:
            self._note(delivery, "without-files", "")
        self._note(delivery, _event_of(delivery), receipt.remote_id)
        log.info("delivered", reference=delivery.reference, desk=delivery.desk)
        return Attempt(delivery.reference, delivery.desk, "delivered")

    def _wait(self, delivery: Delivery, trouble: Unavailable) -> Attempt:
        now, why = self._clock(), str(trouble)
        if now - delivery.first_attempt_at >= GIVE_UP_AFTER:
            return self._park(delivery, f"Given up after {delivery.attempts} attempts. {why}")
        if trouble.is_uncertain:
            self._note(delivery, "uncertain", why)
        delay_s = trouble.retry_after_s
        if delay_s is None:
            delay_s = retry_delay_s(delivery.attempts, pick=self._pick)
        if trouble.whole_desk:
            # Not before the pause ends: until then the desk takes no row.
            delay_s = max(delay_s, self._pause(delivery.desk, trouble, now))
        until = now + timedelta(seconds=delay_s)
        self.outbox.mark_waiting(delivery, until, why)
        log.warning(
            "delivery_waits",
            reference=delivery.reference,
            desk=delivery.desk,
            attempt=delivery.attempts,
            next_attempt_at=until.isoformat(timespec="seconds"),
            why=why,
        )
        return Attempt(delivery.reference, delivery.desk, "waiting", why, until)

    def _pause(self, desk: str, trouble: Unavailable, now: datetime) -> float:
        """Seconds until one ticket may try this desk again; the others wait with it."""
        before = self._pauses.get(desk)
        failures = before.failures + 1 if before else 1
        delay_s = trouble.retry_after_s
        if delay_s is None:
            delay_s = retry_delay_s(failures, pick=self._pick)
        self._pauses[desk] = _Pause(now + timedelta(seconds=delay_s), failures)
        return delay_s

    def _park(self, delivery: Delivery, why: str) -> Attempt:
        self.outbox.mark_parked(delivery, why)
        self._note(delivery, "parked", why)
        log.error("delivery_parked", reference=delivery.reference, desk=delivery.desk, why=why)
        return Attempt(delivery.reference, delivery.desk, "parked", why)

    def _note(self, delivery: Delivery, kind: str, detail: str) -> None:
        event = Event(at=self._clock(), kind=kind, desk=delivery.desk, detail=detail[:500])
        self._tickets.add_event(delivery.reference, event)


def _event_of(delivery: Delivery) -> str:
    if entry_of(delivery.about) is not None:
        return "appended"
    return "updated" if delivery.about else "delivered"


class DeliveryWorker:
    """A thread that delivers whatever is due, for as long as the process lives."""

    def __init__(
        self,
        engine: Engine,
        desks: Sequence[Desk],
        *,
        clock: Clock = utc_now,
        pick: RandomDraw = uniform,
    ) -> None:
        self.desks = tuple(desks)
        self._courier = Courier(engine, desks, clock=clock, pick=pick)
        self._clock = clock
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; does nothing without desks or when it runs already."""
        if self._thread is not None or not self.desks:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """A ticket was sent: look now."""
        self._bell.set()

    def stop(self, within_s: float = STOP_WITHIN_S) -> bool:
        """
        Finish the delivery in hand, begin no other; True when the thread has ended in time.

        Rows are leased one at a time, so nothing else is held. A delivery that hangs longer keeps
        its lease, and is made again when that runs out.
        """
        self._stopping.set()
        self._bell.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        thread.join(within_s)
        return not thread.is_alive()

    def deliver_due(self) -> list[Attempt]:
        """One pass in the caller's thread, for the command line; not beside a running thread."""
        return list(self._courier.run())

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before the pass: a ticket that is sent during it rings again, and the wait
            # below returns at once.
            self._bell.clear()
            try:
                for _ in self._courier.run():
                    # Between two rows no lease is held.
                    if self._stopping.is_set():
                        return
                pause_s = self._sleep_s()
            except Exception:
                log.exception("delivery_worker_failed")
                # The database may be away for a while: tried again, but not in a tight loop.
                pause_s = LONGEST_SLEEP_S / 10
            self._bell.wait(pause_s)

    def _sleep_s(self) -> float:
        due = self._courier.next_due()
        if due is None:
            return LONGEST_SLEEP_S
        return min(max((due - self._clock()).total_seconds(), 0.0), LONGEST_SLEEP_S)
