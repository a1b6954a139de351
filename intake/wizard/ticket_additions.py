"""Customers' additions to a sent ticket, for the wizard's screen and the plain page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.drafts import FileRefused, prepare_file
from intake.redaction import MaskedSecret
from intake.tickets import Ticket
from intake.tickets.conversation import (
    MAX_TEXT,
    EntryRefused,
    customer_line,
    customer_rating,
    works_again,
)
from intake.tickets.joining import earlier_open_ticket, join_ticket
from intake.tickets.ticket import TicketState
from intake.ui.texts import words
from intake.wizard.attachments import reason_of_refusal

log = structlog.get_logger(__name__)

WORKS_AGAIN: Final = "works-again"
_REASONS: Final = {
    "empty": "talk_empty",
    "too-long": "talk_too_long",
    "too-many": "talk_too_many",
    "too-many-files": "talk_too_many_files",
    "too-much": "talk_too_many_files",
}


@dataclass(frozen=True, slots=True)
class AddedFile:
    """A file as it was uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Addition:
    """
    The result of an addition: `problem` is the text why nothing was added, or "".

    `secrets` were masked in its text; `has_masked_files` if some were masked in its files.
    """

    problem: str = ""
    secrets: tuple[MaskedSecret, ...] = ()
    has_masked_files: bool = False

    @property
    def has_masked(self) -> bool:
        """Whether anything was masked."""
        return bool(self.secrets) or self.has_masked_files


def add_line(
    reference: str, text: str, uploads: Sequence[AddedFile], language: Language
) -> Addition:
    """
    Add text and files to a ticket's conversation: all of it, or nothing.

    Raises:
        StorageError: nothing was stored.
    """
    try:
        files = [prepare_file(upload.name, upload.content) for upload in uploads]
        line = customer_line(text, files)
        services().conversations.add(reference, line)
    except FileRefused as refusal:
        return Addition(reason_of_refusal(refusal, language))
    except EntryRefused as refusal:
        return Addition(words(_REASONS[refusal.reason], language, limit=MAX_TEXT))
    log.info("added to a ticket", reference=reference, files=len(files))
    return Addition("", line.secrets, any(file.masked for file in files))


def note_tap(reference: str, tapped: str) -> None:
    """
    Store that the problem is over ("works-again"), or a rating, one of `RATINGS`.

    Any other value, and one that was stored before, is ignored.

    Raises:
        StorageError: nothing was stored.
    """
    try:
        entry = works_again() if tapped == WORKS_AGAIN else customer_rating(tapped)
        services().conversations.add(reference, entry)
    except (EntryRefused, ValueError):
        # The customer needn't react to a tap that can't be stored.
        log.info("a tap was not noted", reference=reference)


def join_earlier(ticket: Ticket) -> str | None:
    """
    Merge this ticket into an earlier one at the customer's wish; return the earlier one.

    None if there is none, or it accepts no more entries. Callers check by `earlier_open_ticket` who
    may do so.
    """
    earlier = earlier_open_ticket(services().tickets, ticket)
    if earlier is None:
        return None
    try:
        join_ticket(services().engine, ticket, earlier.reference, datetime.now(UTC))
    except EntryRefused:
        return None
    services().worker.wake()
    return earlier.reference


def has_rated(ticket: Ticket) -> bool:
    """Check whether the customer has rated the ticket."""
    return any(entry.kind == "rating" for entry in ticket.conversation)


def solved_words(ticket: Ticket) -> str:
    """Return the text key for the end of a solved ticket: only the customer knows that it works."""
    for entry in reversed(ticket.conversation):
        if entry.kind == "works-again":
            return "talk_solved"
        if entry.kind == "state":
            break
    return "talk_marked_solved"


def words_label(state: TicketState) -> str:
    """Return the text key of the label of the customer's field."""
    return {"waiting": "talk_words_waiting", "solved": "talk_words_solved"}.get(state, "talk_words")
