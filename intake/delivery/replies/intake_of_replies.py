"""Puts a desk's reply into its ticket's conversation: each once, none of our own."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

from sqlalchemy import Engine, select

from diagnostics.texts import drop_hidden, one_line
from intake import database as db
from intake.delivery.replies.reply import DeskReply
from intake.redaction import redact
from intake.tickets.conversation import MAX_TEXT, NewEntry
from intake.tickets.conversation_store import ConversationStore
from intake.tickets.reference import parse_reference
from intake.tickets.render import render
from intake.tickets.store import TicketStore

ReplyResult = Literal["added", "known", "own", "customer", "empty", "no-ticket"]

_TELLING_LINE: Final = 30  # characters: shorter lines stand in any letter
_ECHOED: Final = 3
_LONGEST_NAME: Final = 80


class ReplyIntake:
    """Takes replies of desks, whichever way they came."""

    def __init__(
        self, engine: Engine, tickets: TicketStore, conversations: ConversationStore
    ) -> None:
        self._engine, self._tickets, self._conversations = engine, tickets, conversations

    def take(self, desk: str, reply: DeskReply) -> ReplyResult:
        """
        Add a reply to its ticket, for the customer and the other desks; nothing where it is known.

        own: what we wrote there ourselves, which the desk tells as anybody's. customer: their own
        answer, which went to everybody in the letter.
        """
        reference = self._reference(desk, reply)
        ticket = self._tickets.get(reference) if reference else None
        if ticket is None:
            return "no-ticket"
        text = drop_hidden(reply.text, keep_lines=True).strip()[:MAX_TEXT]
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
            author_name=one_line(reply.author_name, _LONGEST_NAME),
            kind="reply",
            text=redaction.text,
            origin_desk=desk,
            key=hashlib.sha256(f"{desk}\n{reply.key}".encode()).hexdigest(),
            secrets=redaction.secrets,
        )
        return "known" if self._conversations.add(ticket.reference, entry) is None else "added"

    def _reference(self, desk: str, reply: DeskReply) -> str | None:
        """Only a ticket that this desk has: it speaks for no other."""
        row = db.outbox.c
        of_desk = select(row.reference).where(row.desk == desk, row.about == "")
        named = parse_reference(reply.reference)
        with db.reading(self._engine) as connection:
            if reply.remote_id:
                by_id = of_desk.where(row.receipt == reply.remote_id).limit(1)
                reference: str | None = connection.execute(by_id).scalar()
                if reference is not None:
                    return reference
            if named is None:
                return None
            return connection.execute(of_desk.where(row.reference == named)).scalar()


def _is_own(text: str, reference: str, own_texts: list[str]) -> bool:
    """Whether it is what we told the desk: an addition with its mark, or the ticket itself."""
    if f"[{reference}." in text:
        return True
    lines = {line.strip() for line in text.splitlines() if len(line.strip()) >= _TELLING_LINE}
    own = {line.strip() for whole in own_texts for line in whole.splitlines()}
    return len(lines & own) >= _ECHOED
