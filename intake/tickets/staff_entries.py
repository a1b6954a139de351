"""Entries that staff add to a ticket's conversation; `conversation` lists the kinds."""

from __future__ import annotations

from typing import Final, Literal

from diagnostics.texts import drop_hidden
from intake.redaction import redact
from intake.tickets.conversation import MAX_TEXT, EntryRefused, NewEntry
from intake.tickets.ticket import Ticket, TicketState

WRITTEN_KINDS: Final = ("reply", "question", "note")
WrittenKind = Literal["reply", "question", "note"]


def staff_text(kind: WrittenKind, text: str, name: str, *, step: str | None = None) -> NewEntry:
    """
    Return a reply, a question or a note, signed with a name.

    Raises:
        EntryRefused: the text is empty or too long.
    """
    readable = drop_hidden(text, keep_lines=True).strip()
    if not readable:
        raise EntryRefused("empty")
    if len(readable) > MAX_TEXT:
        raise EntryRefused("too-long")
    # A password doesn't belong into a mail, nor into a colleague's list, whoever wrote it.
    redaction = redact(readable)
    return NewEntry(
        author="staff",
        author_name=name,
        kind=kind,
        text=redaction.text,
        details={"step": step} if step else {},
        is_internal=kind == "note",
        secrets=redaction.secrets,
    )


def take_over(owner: str, name: str) -> NewEntry:
    """Return the entry that makes `owner` take care of the ticket; with "" nobody does."""
    return NewEntry(
        author="staff",
        author_name=name,
        kind="owner",
        details={"owner": owner},
        is_internal=True,
    )


def owner_of(ticket: Ticket) -> str:
    """Return who takes care of the ticket; "" while nobody does."""
    owners = [entry for entry in ticket.conversation if entry.kind == "owner"]
    return str(owners[-1].details["owner"]) if owners else ""


def set_state(state: TicketState, name: str) -> NewEntry:
    """Return the entry by which staff set the ticket's state."""
    return NewEntry(author="staff", author_name=name, kind="state", details={"state": state})
