"""The courier: make the deliveries that are due, and store their results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

import structlog
from sqlalchemy import Engine

from intake.database import Clock, utc_now
from intake.delivery.desk import Desk, Receipt, Refused, Unavailable
from intake.delivery.desk_ticket import compose_desk_ticket, compose_entry, compose_update
from intake.delivery.handover import HandOver, NeedsPerson
from intake.delivery.operator_mail import OperatorMail, StoppedKind
from intake.delivery.replies.pickup import ReplyPickup
from intake.outbox import (
    GIVE_UP_AFTER,
    GIVE_UP_ATTEMPTS,
    Delivery,
    DeskPause,
    DeskPauses,
    OperatorNotices,
    Outbox,
    RandomDraw,
    entry_of,
    retry_delay_s,
    uniform,
)
from intake.tickets.store import TicketStore
from intake.tickets.ticket import Event, Ticket

DeliveryOutcome = Literal["delivered", "waiting", "parked"]

# A desk that fails so many tickets in a row, each in its own way, fails them all.
_FAILURES_IN_A_ROW: Final = 3
# The operator isn't mailed about a desk that is away for minutes, as in a restart.
_OUTAGE_MAIL_AFTER: Final = timedelta(hours=1)
# A process that was told to stop has ended by then, and sends nothing any more.
_EXIT_GRACE: Final = timedelta(seconds=10)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One attempt and its outcome. `next_attempt_at` is set if it waits; `why` is set unless it was
    delivered.
    """

    reference: str
    desk: str
    outcome: DeliveryOutcome
    why: str = ""
    next_attempt_at: datetime | None = None


class Courier:
    """Makes the deliveries that are due, one at a time; used by one thread."""

    def __init__(
        self,
        engine: Engine,
        desks: Sequence[Desk],
        *,
        clock: Clock = utc_now,
        pick: RandomDraw = uniform,
        operator: OperatorMail | None = None,
    ) -> None:
        self.outbox = Outbox(engine)
        self._pauses, self._notices = DeskPauses(engine), OperatorNotices(engine)
        self._tickets = TicketStore(engine)
        self._desks = {desk.name: desk for desk in desks}
        self._clock, self._pick, self._operator = clock, pick, operator
        self._hand_over = HandOver(self.outbox, clock, self._note)
        notify_unread = partial(self._tell_operator, what="unread")
        self._pickup = ReplyPickup(
            engine, self._desks, clock=clock, pick=pick, notify_unread=notify_unread
        )
        self._failures_in_a_row: dict[str, int] = {}
        self._current: Delivery | None = None

    def run(self) -> Iterator[Attempt]:
        """
        Make every delivery that is due now, and yield each attempt; stop iterating to stop
        delivering.

        Agents' replies that a desk reported are read first, so that other desks get them in the
        same pass.
        """
        self._pickup.run(self._open_desks())
        # `lease` takes the write lock, so an idle worker reads first.
        while self.outbox.is_due(self._clock(), self._open_desks()):
            delivery = self.outbox.lease(self._clock(), self._open_desks())
            if delivery is None:
                return
            self._current = delivery
            attempt = self._attempt(delivery)
            self._current = None
            yield attempt

    def hand_back(self) -> None:
        """
        Let the current delivery be due again once this process has ended; from any thread.

        Raises:
            StorageError: the database can't be written; the lease runs out by itself.
        """
        if (delivery := self._current) is not None:
            self.outbox.shorten_lease(delivery, self._clock() + _EXIT_GRACE)

    def next_due(self) -> datetime | None:
        """Return when `run` will have something to do; None if nothing waits."""
        now, times, pauses = self._clock(), [], self._pauses.all()
        for name in self._desks:
            waiting = (self.outbox.next_due([name]), self._pickup.next_due(name))
            due = min(filter(None, waiting), default=None)
            pause = pauses.get(name)
            if due is not None:
                times.append(max(due, pause.until) if pause and pause.until > now else due)
        return min(times, default=None)

    def try_now(self) -> None:
        """End all pauses and make everything that waits due, because a person asked for it."""
        now = self._clock()
        for pause in self._pauses.all().values():
            self._pauses.set(DeskPause(pause.desk, pause.since, now, pause.failures, pause.why))
        self.outbox.make_due(now)

    def _open_desks(self) -> list[str]:
        now, pauses = self._clock(), self._pauses.all()
        return [name for name in self._desks if name not in pauses or pauses[name].until <= now]

    def _attempt(self, delivery: Delivery) -> Attempt:
        ticket = self._tickets.get(delivery.reference)
        desk = self._desks[delivery.desk]
        if ticket is None:  # pragma: no cover - the outbox's foreign key forbids it
            return self._park(delivery, "The ticket is gone")
        try:
            receipt = self._deliver(desk, ticket, delivery)
        except NeedsPerson as doubt:
            return self._park(delivery, str(doubt), forget=True)
        except Refused as refusal:
            return self._park(delivery, str(refusal))
        except Unavailable as trouble:
            return self._postpone(delivery, trouble)
        except Exception as error:
            # A bug in one desk's code must not stop the others: the row waits as after any
            # failure.
            log.exception("delivery_failed", reference=delivery.reference, desk=delivery.desk)
            words = f"{type(error).__name__}: {error}"
            return self._postpone(delivery, Unavailable(words, is_answered=True))
        return self._record_delivered(delivery, receipt)

    def _deliver(self, desk: Desk, ticket: Ticket, delivery: Delivery) -> Receipt:
        # Entries of the conversation have outbox rows of their own.
        sent = ticket.model_copy(update={"conversation": ()})
        if (entry_id := entry_of(delivery.about)) is not None:
            entry = next(entry for entry in ticket.conversation if entry.id == entry_id)
            files = self._tickets.attachments(delivery.reference, entry_id)
            key = f"{delivery.reference}.{delivery.about}"
            message = compose_entry(sent, entry, files, desk.mapping, key)
            return self._hand_over.message(desk, delivery, message)
        if delivery.about:
            message = compose_update(sent, delivery.about, desk.mapping)
            return self._hand_over.message(desk, delivery, message)
        files = self._tickets.attachments(delivery.reference)
        desk_ticket = compose_desk_ticket(sent, files, desk.mapping)
        return self._hand_over.ticket(desk, delivery, desk_ticket)

    def _record_delivered(self, delivery: Delivery, receipt: Receipt) -> Attempt:
        now = self._clock()
        # Before the events are stored, so that it isn't sent again if storing them fails.
        self.outbox.mark_delivered(delivery, now, receipt.remote_id)
        self._failures_in_a_row.pop(delivery.desk, None)
        if delivery.desk in self._pauses.all():
            self._pauses.end(delivery.desk)
        if receipt.without_files:
            self._note(delivery, "without-files", "")
        if not receipt.is_silent:
            self._note(delivery, _event_kind(delivery), receipt.remote_id)
        log.info("delivered", reference=delivery.reference, desk=delivery.desk)
        return Attempt(delivery.reference, delivery.desk, "delivered")

    def _postpone(self, delivery: Delivery, trouble: Unavailable) -> Attempt:
        now, why = self._clock(), str(trouble)
        is_old = now - delivery.first_attempt_at >= GIVE_UP_AFTER
        if is_old and delivery.attempts >= GIVE_UP_ATTEMPTS:
            return self._park(delivery, f"Given up after {delivery.attempts} attempts. {why}")
        if trouble.is_uncertain:
            self._note_doubt(delivery, why)
        delay_s = trouble.retry_after_s
        if delay_s is None:
            delay_s = retry_delay_s(delivery.attempts, pick=self._pick)
        if trouble.whole_desk or self._fails_in_a_row(delivery.desk, trouble):
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

    def _note_doubt(self, delivery: Delivery, why: str) -> None:
        finds = self._desks[delivery.desk].capabilities.finds
        self._note(delivery, "unclear" if finds else "uncertain", why)

    def _fails_in_a_row(self, desk: str, trouble: Unavailable) -> bool:
        """Check whether the desk's last tickets all failed without any answer."""
        if trouble.is_answered:
            return False
        count = self._failures_in_a_row.get(desk, 0) + 1
        self._failures_in_a_row[desk] = count
        return count >= _FAILURES_IN_A_ROW

    def _pause(self, desk: str, trouble: Unavailable, now: datetime) -> float:
        """
        Pause a desk, and return the seconds until one ticket may try it again; the others wait with
        it.
        """
        before = self._pauses.all().get(desk)
        failures = before.failures + 1 if before else 1
        delay_s = trouble.retry_after_s
        if delay_s is None:
            delay_s = retry_delay_s(failures, pick=self._pick)
        since, until = before.since if before else now, now + timedelta(seconds=delay_s)
        self._pauses.set(DeskPause(desk, since, until, failures, str(trouble)))
        is_long = now - since >= _OUTAGE_MAIL_AFTER and not self._notices.has_alarm(desk)
        if trouble.needs_operator or is_long:
            self._tell_operator(desk, "paused", str(trouble))
        return delay_s

    def _park(self, delivery: Delivery, why: str, *, forget: bool = False) -> Attempt:
        self.outbox.mark_parked(delivery, why, forget=forget)
        self._note(delivery, "parked", why)
        log.error("delivery_parked", reference=delivery.reference, desk=delivery.desk, why=why)
        self._tell_operator(delivery.desk, "parked", why, delivery.reference)
        return Attempt(delivery.reference, delivery.desk, "parked", why)

    def _tell_operator(self, desk: str, what: StoppedKind, why: str, reference: str = "") -> None:
        """Mail the operator once for each cause: a thousand tickets with one cause are one mail."""
        if self._operator is None:
            return
        cause_text = why.replace(reference, "") if reference else why
        cause, now = f"{desk} {what}: {cause_text}", self._clock()
        if self._notices.is_news(cause, now) and self._operator.tell(desk, what, why, reference):
            self._notices.remember(cause, now)

    def _note(self, delivery: Delivery, kind: str, detail: str) -> None:
        event = Event(at=self._clock(), kind=kind, desk=delivery.desk, detail=detail[:500])
        self._tickets.add_event(delivery.reference, event)


def _event_kind(delivery: Delivery) -> str:
    if entry_of(delivery.about) is not None:
        return "appended"
    return "updated" if delivery.about else "delivered"
