"""Add a desk's replies to the ticket's conversation: each once, and none of our own messages."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

from sqlalchemy import Engine, select

from diagnostics.texts import as_language, drop_hidden, one_line
from intake import database as db
from intake.delivery.replies.reply import DeskReply
from intake.outbox import RemoteState, remember_state
from intake.redaction import redact
from intake.tickets.conversation import MAX_TEXT, NewEntry
from intake.tickets.conversation_store import ConversationStore, add_entry
from intake.tickets.reference import parse_reference
from intake.tickets.render import render
from intake.tickets.render.conversation_view import conversation_words
from intake.tickets.store import TicketStore
from intake.tickets.ticket import Ticket

ReplyResult = Literal["added", "known", "own", "customer", "empty", "no-ticket", "state"]

_MIN_LINE_LENGTH: Final = 30  # characters: shorter lines occur in any letter
_MIN_SHARED_LINES: Final = 3
_MAX_NAME_LENGTH: Final = 80


class ReplyIntake:
    """Takes desks' replies, whichever way they came."""

    def __init__(
        self,
        engine: Engine,
        tickets: TicketStore,
        conversations: ConversationStore,
        *,
        clock: db.Clock = db.utc_now,
    ) -> None:
        self._engine, self._tickets, self._conversations = engine, tickets, conversations
        self._clock = clock

    def take(self, desk: str, reply: DeskReply) -> ReplyResult:
        """
        Add a reply to its ticket, for the customer and the other desks, unless it is known.

        Returns "own" for what we wrote at the desk ourselves, which it reports like anybody's, and
        "customer" for the customer's own answer, which everybody in the thread got by mail.
        """
        reference = self._reference(desk, reply)
        ticket = self._tickets.get(reference) if reference else None
        if ticket is None:
            return "no-ticket"
        result = self._take_words(desk, ticket, reply)
        if reply.state is None:
            return result
        is_news = self.take_state(desk, ticket.reference, reply.remote_id, reply.state)
        return "state" if is_news and result in {"empty", "known"} else result

    def take_state(self, desk: str, reference: str, remote_id: str, state: RemoteState) -> bool:
        """
        Solve or reopen a ticket as its desk did. Returns whether that changed the ticket.

        Only a change at the desk counts: after a ticket is reopened here, a desk where nobody
        reopened it says "solved" with each reply.
        """
        entry = NewEntry(author="desk", kind="state", details={"state": state}, origin_desk=desk)
        with db.writing(self._engine) as connection:
            if not remember_state(connection, desk, reference, remote_id, state):
                return False
            ticket_state = connection.execute(
                select(db.tickets.c.state).where(db.tickets.c.reference == reference)
            ).scalar_one()
            if (ticket_state == "solved") == (state == "solved"):
                return False
            add_entry(connection, reference, entry, self._clock())
        return True

    def _take_words(self, desk: str, ticket: Ticket, reply: DeskReply) -> ReplyResult:
        if not reply.key:
            return "empty"
        key = hashlib.sha256(f"{desk}\n{reply.key}".encode()).hexdigest()
        if self._is_known(ticket.reference, key):  # desks report each reply again and again
            return "known"
        text = drop_hidden(reply.text, keep_lines=True).strip()[:MAX_TEXT]
        if names := ", ".join(one_line(name, _MAX_NAME_LENGTH) for name in reply.file_names):
            language = as_language(ticket.language)
            text = f"{text}\n\n{conversation_words('files_there', language, names=names)}".strip()
        if not text:
            return "empty"
        email = (ticket.contact.email or "").casefold()
        if email and email in {sender.casefold() for sender in reply.senders}:
            return "customer"
        if _is_own(text, ticket.reference, [render(ticket, "text", name) for name in ("en", "ru")]):
            return "own"
        redaction = redact(text)
        entry = NewEntry(
            author="desk",
            author_name=one_line(reply.author_name, _MAX_NAME_LENGTH),
            kind="reply",
            text=redaction.text,
            origin_desk=desk,
            key=key,
            secrets=redaction.secrets,
        )
        return "known" if self._conversations.add(ticket.reference, entry) is None else "added"

    def _is_known(self, reference: str, key: str) -> bool:
        entry = db.ticket_entries.c
        query = select(entry.id).where(entry.reference == reference, entry.key == key)
        with db.reading(self._engine) as connection:
            return connection.execute(query).first() is not None

    def _reference(self, desk: str, reply: DeskReply) -> str | None:
        """
        Return the reference of a ticket that this desk has; None for others, about which it has no
        say.
        """
        row = db.outbox.c
        desk_tickets = select(row.reference).where(row.desk == desk, row.about == "")
        written_reference = parse_reference(reply.reference)
        with db.reading(self._engine) as connection:
            if reply.remote_id:
                by_id = desk_tickets.where(row.receipt == reply.remote_id).limit(1)
                reference: str | None = connection.execute(by_id).scalar()
                if reference is not None:
                    return reference
            if written_reference is None:
                return None
            return connection.execute(
                desk_tickets.where(row.reference == written_reference)
            ).scalar()


def _is_own(text: str, reference: str, own_texts: list[str]) -> bool:
    """
    Check whether the text is what we sent to the desk: an addition with its mark, or the ticket
    itself.
    """
    if f"[{reference}." in text:
        return True
    lines = {line.strip() for line in text.splitlines() if len(line.strip()) >= _MIN_LINE_LENGTH}
    own = {line.strip() for whole in own_texts for line in whole.splitlines()}
    return len(lines & own) >= _MIN_SHARED_LINES
