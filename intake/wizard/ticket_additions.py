"""What a customer adds to a ticket after sending, from the wizard's screen and the plain page."""

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
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Addition:
    """
    What became of it: `problem` says in words why nothing was added; empty where it was.

    `secrets` were masked in its words, `has_masked_files` where some were in its files.
    """

    problem: str = ""
    secrets: tuple[MaskedSecret, ...] = ()
    has_masked_files: bool = False

    @property
    def has_masked(self) -> bool:
        """Whether something in it was hidden."""
        return bool(self.secrets) or self.has_masked_files


def add_line(
    reference: str, text: str, uploads: Sequence[AddedFile], language: Language
) -> Addition:
    """
    Add words and files to a ticket's conversation: all of it, or nothing.

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
    Note that the trouble is over, "works-again", or how it was, one of `RATINGS`.

    What is neither, and what was noted before, is nothing.

    Raises:
        StorageError: nothing was stored.
    """
    try:
        entry = works_again() if tapped == WORKS_AGAIN else customer_rating(tapped)
        services().conversations.add(reference, entry)
    except (EntryRefused, ValueError):
        # A tap that can't be noted is nothing that a customer must act on.
        log.info("a tap was not noted", reference=reference)


def join_earlier(ticket: Ticket) -> str | None:
    """
    Make one ticket of this one and an earlier one, as its customer wishes; returns the earlier one.

    None where there is none, or it takes nothing more. Ask `earlier_open_ticket` who may wish so.
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
    """Whether the customer has said how it was."""
    return any(entry.kind == "rating" for entry in ticket.conversation)


def words_label(state: TicketState) -> str:
    """The key of what the customer's field for more words is called."""
    return {"waiting": "talk_words_waiting", "solved": "talk_words_solved"}.get(state, "talk_words")
