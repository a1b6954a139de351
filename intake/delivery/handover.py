"""
Hand one ticket over to one desk exactly once: what is asked before creating it, and checked after.

The outbox stores that a hand-over begins before the desk is called. Whatever happens then (a lost
answer, a 500, the death of our process), the next attempt finds this note and searches the desk
first. Only a reference that was read back counts as found, and as long as the desk's search may
lag, nothing is created again: it waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final, Literal

from intake.database import Clock
from intake.delivery.desk import Desk, Loss, Receipt, Refused, Unavailable
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.loss_words import loss_message
from intake.outbox import Delivery, Outbox
from intake.tickets.stored_file import StoredFile

# What is left out if the desk refuses the whole ticket: its own fields, then the files too.
Level = Literal["", "fields", "files"]
NoteEvent = Callable[[Delivery, str, str], None]
_LEVELS: Final[tuple[Level, ...]] = ("", "fields", "files")
_SEARCH_AGAIN_AFTER_S: Final = 60.0  # a lagging search is repeated after this
_VERIFY_ATTEMPTS: Final = 3  # then a ticket that can't be read back counts as delivered


class NeedsPerson(Refused):
    """The desk may have the ticket and can't be searched: somebody must look."""


class HandOver:
    """Hands rows over; `note` stores an event with the ticket: its kind, and words."""

    def __init__(self, outbox: Outbox, clock: Clock, note: NoteEvent) -> None:
        self._outbox, self._clock, self._note = outbox, clock, note

    def ticket(self, desk: Desk, delivery: Delivery, ticket: DeskTicket) -> Receipt:
        """
        Hand over a ticket with its files, and read it back.

        Raises:
            Refused: the desk won't take it, not even without fields and files.
            Unavailable: not now.
        """
        remote_id = delivery.remote_id or self._look_up(desk, delivery, ticket.reference)
        without_files = delivery.left_out == "files"
        if not remote_id:
            receipt = self._create(desk, delivery, ticket)
            remote_id, without_files = receipt.remote_id, receipt.without_files
            self._outbox.mark_created(delivery, remote_id)
        losses = self._complete(desk, delivery, remote_id, ticket)
        if losses:
            self._report_losses(desk, delivery, remote_id, ticket, losses)
        return Receipt(remote_id, without_files=without_files and bool(ticket.files))

    def message(self, desk: Desk, delivery: Delivery, message: DeskMessage) -> Receipt:
        """
        Add a message to the ticket.

        Raises:
            Refused: the desk won't take it.
            Unavailable: not now.
        """
        remote_id, capabilities = delivery.remote_id, desk.capabilities
        if capabilities.only_answers and not message.is_answer:
            return Receipt(remote_id, is_silent=True)
        if not capabilities.appends:  # additions are read in Intake
            self._note(delivery, "not-appended", "")
            return Receipt(remote_id)
        if delivery.sending_since and desk.has_message(remote_id, message.key):
            return Receipt(remote_id)
        self._outbox.mark_sending(delivery, self._clock())
        try:
            if message.files and not capabilities.appends_files:
                desk.append(remote_id, message.without_files())
                return Receipt(remote_id, without_files=True)
            desk.append(remote_id, message)
        except Refused:
            self._outbox.mark_not_sent(delivery)
            raise
        except Unavailable as trouble:
            if not trouble.is_uncertain:
                self._outbox.mark_not_sent(delivery)
            raise
        return Receipt(remote_id)

    def _look_up(self, desk: Desk, delivery: Delivery, reference: str) -> str:
        """Return the id of a ticket that an earlier attempt may have created; "" if it has not."""
        since, capabilities = delivery.sending_since, desk.capabilities
        if since is None:
            return ""
        if not capabilities.finds:
            if capabilities.repeat == "never":
                why = f"Desk '{desk.name}' may have it and can't be asked. Look for [{reference}]"
                raise NeedsPerson(f"{why} there; try again only if it isn't there")
            return ""
        if (existing := desk.find(reference)) is not None:
            self._note(delivery, "found", existing)
            return existing
        waits_until = since + timedelta(seconds=capabilities.search_lag_s)
        if (remaining_s := (waits_until - self._clock()).total_seconds()) > 0:
            why = f"Desk '{desk.name}': no clear answer came, and its search may lag. Asked again"
            raise Unavailable(
                f"{why} before anything is created",
                retry_after_s=min(remaining_s, _SEARCH_AGAIN_AFTER_S),
                is_answered=True,
            )
        return ""

    def _create(self, desk: Desk, delivery: Delivery, ticket: DeskTicket) -> Receipt:
        """Create the ticket, with less of it if the desk refuses the whole."""
        refusal: Refused | None = None
        first_level = _LEVELS.index(_level(delivery.left_out))
        for level in _LEVELS[first_level:]:
            reduced = _reduce(ticket, level)
            if level != _LEVELS[first_level] and reduced == ticket:
                continue
            self._outbox.mark_sending(delivery, self._clock())
            try:
                receipt = desk.create(reduced)
            except Refused as refused:
                self._outbox.mark_not_sent(delivery, delivery.left_out)
                refusal = refusal or refused
                continue
            except Unavailable as trouble:
                self._after_failure(delivery, trouble, level)
                raise
            if level:
                self._note(delivery, f"without-{level}", str(refusal or ""))
            left_out = level == "files" and bool(ticket.files)
            return Receipt(receipt.remote_id, without_files=receipt.without_files or left_out)
        raise refusal or Refused(f"Desk '{desk.name}' refused it")

    def _after_failure(self, delivery: Delivery, trouble: Unavailable, level: Level) -> None:
        if not trouble.is_uncertain:
            self._outbox.mark_not_sent(delivery, delivery.left_out)
        elif trouble.is_answered and delivery.attempts > 1:
            # The desk answers each time with a failure, so the next attempt leaves more out.
            next_level = _LEVELS[min(_LEVELS.index(level) + 1, len(_LEVELS) - 1)]
            self._outbox.mark_left_out(delivery, next_level)

    def _complete(
        self, desk: Desk, delivery: Delivery, remote_id: str, ticket: DeskTicket
    ) -> Sequence[Loss]:
        """Add the files that are missing at the desk, and return what else differs there."""
        try:
            losses = desk.verify(remote_id, ticket)
            if desk.capabilities.attaches_later and (missing := _missing(ticket, losses)):
                desk.attach(remote_id, missing)
                losses = desk.verify(remote_id, ticket)
        except Refused as refusal:
            return (Loss("unread", actual=str(refusal)),)
        except Unavailable as trouble:
            if trouble.needs_operator or delivery.attempts >= _VERIFY_ATTEMPTS:
                return (Loss("unread", actual=str(trouble)),)
            raise Unavailable(
                str(trouble),
                retry_after_s=trouble.retry_after_s,
                whole_desk=trouble.whole_desk,
                is_answered=trouble.is_answered,
            ) from trouble
        return losses

    def _report_losses(
        self,
        desk: Desk,
        delivery: Delivery,
        remote_id: str,
        ticket: DeskTicket,
        losses: Sequence[Loss],
    ) -> None:
        """Store what was dropped for the inbox, and write it into the desk's ticket, once."""
        written = json.dumps([asdict(loss) for loss in losses], ensure_ascii=False)
        if delivery.losses == written:
            return
        self._outbox.mark_losses(delivery, written)
        dropped = loss_message(ticket, losses)
        self._note(delivery, "dropped", dropped.summary)
        try:
            desk.append(remote_id, dropped.message)
        except (Refused, Unavailable):
            return  # the inbox says it


def read_losses(written: str | None) -> tuple[Loss, ...]:
    """Return the losses of a row as they were stored."""
    return tuple(Loss(**loss) for loss in json.loads(written)) if written else ()


def _missing(ticket: DeskTicket, losses: Sequence[Loss]) -> list[StoredFile]:
    names = {loss.name for loss in losses if loss.kind == "file"}
    return [file for file in ticket.files if file.name in names]


def _level(text: str) -> Level:
    return next((level for level in _LEVELS if level == text), "")


def _reduce(ticket: DeskTicket, level: Level) -> DeskTicket:
    if level == "":
        return ticket
    return ticket.without_fields() if level == "fields" else ticket.without_fields().without_files()
