"""
The store of tickets: each is written once, with its files and its outbox rows, and then read.

When somebody sees a ticket's reference, all of it is on the disk (promise R1): the reference is
given out only after the transaction that holds everything has been synced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, literal, select, update

from intake import database as db
from intake.drafts import DraftClosed, end_walk, forget_walk, hash_token
from intake.journey.draft import CheckRun
from intake.outbox import enqueue
from intake.tickets.canary_mark import CANARY
from intake.tickets.conversation_store import read_conversation
from intake.tickets.events import read_events
from intake.tickets.full_text import add_to_index
from intake.tickets.late_checks import add_late_check, read_late_checks, with_late_checks
from intake.tickets.reference import new_reference, parse_reference
from intake.tickets.same_problem import note_related, with_related, write_keys
from intake.tickets.shared_infrastructure import replace_shared_infrastructure
from intake.tickets.stored_file import StoredFile
from intake.tickets.ticket import Attachment, Event, Ticket, TicketText
from intake.tickets.ticket_list import (
    TicketFilter,
    TicketRow,
    list_tickets,
    recent_causes,
    recent_owners,
)

_FILE_COLUMNS = ("id", "name", "media_type", "size_bytes", "sha256", "content")  # of a draft's file

Compose = Callable[[str, Sequence[Attachment]], Ticket]
DesksOf = Callable[[Ticket], Sequence[str]]


class TicketStore:
    """Tickets in the database; safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def send(self, draft_id: str, compose: Compose, desks: Sequence[str] | DesksOf) -> Ticket:
        """
        Make the ticket of a draft: one, however often and from wherever this is called.

        `compose(reference, attachments)` runs inside the transaction, while nobody else can change
        the draft: load the draft in it, so that the last answer is in. In the same transaction the
        draft's files become the ticket's, each desk (by name, or as the ticket decides) gets its
        outbox row, and the draft is marked as sent. A second call returns the first call's ticket.

        Raises:
            DraftClosed: there is no such draft.
            ValueError: `compose` gave the ticket another reference.
            LookupError: the draft was sent, but its ticket is gone.
        """
        with db.writing(self._engine) as connection:
            row = connection.execute(
                # PostgreSQL: a second click waits here, and then finds the reference. SQLite has no
                # such clause; there the write lock does the same.
                select(db.drafts.c.reference).where(db.drafts.c.id == draft_id).with_for_update()
            ).first()
            if row is None:
                raise DraftClosed(f"There is no draft {draft_id}")
            if row.reference is None:
                reference = _free_reference(connection)
                ticket = compose(reference, _draft_files(connection, draft_id))
                if ticket.reference != reference:
                    raise ValueError(
                        f"The ticket must be called {reference}, not {ticket.reference}"
                    )
                ticket = with_related(connection, ticket)
                names = desks(ticket) if callable(desks) else desks
                _write(connection, draft_id, ticket, names)
                return ticket
        # Outside the transaction, for reading takes a connection of its own.
        sent = self.get(row.reference)
        if sent is None:
            raise LookupError(f"Draft {draft_id} was sent as {row.reference}, which is gone")
        return sent

    def get(self, reference: str) -> Ticket | None:
        """
        Return the ticket of a reference in any spelling, with its events since; None if there is
        none.
        """
        parsed = parse_reference(reference)
        return None if parsed is None else self._load(db.tickets.c.reference == parsed)

    def find_by_token(self, token: str) -> Ticket | None:
        """
        Return the ticket of a customer's secret link; None for other tokens, and until
        it is sent.
        """
        # By the draft's number, for a draft may have joined another one's ticket.
        sent = select(db.drafts.c.reference).where(db.drafts.c.token_hash == hash_token(token))
        return self._load(db.tickets.c.reference == sent.scalar_subquery())

    def _load(self, condition: Any) -> Ticket | None:  # noqa: ANN401
        with db.reading(self._engine) as connection:
            row = connection.execute(
                select(db.tickets.c.reference, db.tickets.c.document, db.tickets.c.state).where(
                    condition
                )
            ).first()
            if row is None:
                return None
            events, late = (
                read_events(connection, row.reference),
                read_late_checks(connection, row.reference),
            )
            conversation = read_conversation(connection, row.reference)
        ticket = with_late_checks(Ticket.model_validate_json(row.document), late)
        return ticket.model_copy(
            update={
                # The document has the events until sending, the table those after it.
                "events": (*ticket.events, *events),
                "conversation": conversation,
                "state": row.state,
            }
        )

    def list(
        self, limit: int = 50, offset: int = 0, ticket_filter: TicketFilter | None = None
    ) -> Sequence[TicketRow]:
        """
        Return light rows of the tickets, newest first.

        A filter's `query` finds words, and beginnings of words, in the reference, subject,
        customer, target and its addresses, cause code and the customer's own texts; every word of
        the query must occur.
        """
        with db.reading(self._engine) as connection:
            return list_tickets(connection, limit, offset, ticket_filter or TicketFilter())

    def causes(self) -> Mapping[str, TicketText]:
        """Return the causes of the newest tickets by code, for a filter to offer."""
        with db.reading(self._engine) as connection:
            return recent_causes(connection)

    def owners(self) -> Sequence[str]:
        """Return the owners of the newest tickets, for a filter to offer."""
        with db.reading(self._engine) as connection:
            return recent_owners(connection)

    def attachment(self, reference: str, attachment_id: str) -> StoredFile | None:
        """Return one file of this ticket; None if it belongs to another ticket or doesn't exist."""
        parsed, files = parse_reference(reference), db.ticket_attachments.c
        with db.reading(self._engine) as connection:
            row = connection.execute(
                select(*_STORED_FILE, files.content).where(
                    files.id == attachment_id, files.reference == parsed
                )
            ).first()
        return None if row is None else StoredFile(*row)

    def attachments(self, reference: str, entry: int | None = None) -> Sequence[StoredFile]:
        """
        Return all files of a ticket's document with their bytes, in its order, for a delivery.

        With `entry` return the files of that entry of its conversation.
        """
        files = db.ticket_attachments.c
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(*_STORED_FILE, files.content)
                .where(files.reference == parse_reference(reference), files.entry_id == entry)
                .order_by(files.position)
            ).all()
        return [StoredFile(*row) for row in rows]

    def add_late_check(self, draft_id: str, run: CheckRun, now: datetime) -> bool:
        """Store a check that ended after its ticket was sent; see `late_checks`."""
        return add_late_check(self._engine, draft_id, run, db.stamp(now))

    def add_event(self, reference: str, event: Event) -> None:
        """Store an event of a ticket; its document stays as it was written."""
        with db.writing(self._engine) as connection:
            connection.execute(
                insert(db.ticket_events),
                {
                    "reference": reference,
                    "at": db.stamp(event.at),
                    "kind": event.kind,
                    "desk": event.desk,
                    "detail": event.detail,
                },
            )


_NUMBERING = 7_418_206  # PostgreSQL advisory lock, held from a ticket's number to its commit

_STORED_FILE = (
    db.ticket_attachments.c.id,
    db.ticket_attachments.c.name,
    db.ticket_attachments.c.media_type,
    db.ticket_attachments.c.size_bytes,
    db.ticket_attachments.c.sha256,
)


def _free_reference(connection: Connection) -> str:
    while True:
        # The primary key would refuse a reference that is taken, and the ticket with it.
        reference, tickets = new_reference(), db.tickets.c
        if not connection.execute(
            select(tickets.reference).where(tickets.reference == reference)
        ).all():
            return reference


def _draft_files(connection: Connection, draft_id: str) -> list[Attachment]:
    files = db.draft_files.c
    rows = connection.execute(
        select(files.id, files.name, files.media_type, files.size_bytes, files.sha256)
        .where(files.draft_id == draft_id)
        .order_by(files.created_at, files.id)
    ).all()
    return [
        Attachment(id=row[0], name=row[1], type=row[2], size_bytes=row[3], sha256=row[4])
        for row in rows
    ]


def _write(connection: Connection, draft_id: str, ticket: Ticket, desks: Sequence[str]) -> None:
    """Write everything of one ticket; the caller's transaction makes it all or nothing."""
    at = db.stamp(ticket.created_at)
    db.hold_lock(connection, _NUMBERING)  # two must not find the same last number
    number = 1 + (connection.execute(select(func.max(db.tickets.c.number))).scalar() or 0)
    connection.execute(insert(db.tickets), _row(draft_id, ticket, at) | {"number": number})
    add_to_index(connection, number, ticket)
    write_keys(connection, ticket)
    replace_shared_infrastructure(connection, ticket)
    note_related(connection, ticket, ticket.created_at)
    _move_files(connection, draft_id, ticket)
    enqueue(connection, ticket.reference, desks, at)
    connection.execute(
        update(db.drafts)
        .where(db.drafts.c.id == draft_id)
        .values(
            status="sent",
            reference=ticket.reference,
            updated_at=at,
            revision=db.drafts.c.revision + 1,
        )
    )
    if ticket.follows or ticket.sent_as == CANARY:
        forget_walk(connection, draft_id)
    else:
        end_walk(connection, draft_id, "sent")


def _row(draft_id: str, ticket: Ticket, at: str) -> dict[str, Any]:
    contact, verdict = ticket.contact, ticket.verdict
    customer = contact.name or contact.way or contact.account or ""
    return {
        "reference": ticket.reference,
        "draft_id": draft_id,
        "created_at": at,
        "language": ticket.language,
        "subject": ticket.headline.model_dump_json(),
        "customer": customer[:200],
        "cause": verdict.model_dump_json() if verdict else None,
        "cause_code": verdict.code if verdict else None,
        "priority": ticket.priority,
        "queue": ticket.queue,
        "asked": ticket.completeness.asked,
        "answered": ticket.completeness.answered,
        "sent_as": ticket.sent_as,
        "document": ticket.model_dump_json(),
    }


def _move_files(connection: Connection, draft_id: str, ticket: Ticket) -> None:
    """
    Move the draft's files to the ticket; the bytes go from table to table inside the
    database.
    """
    source = db.draft_files.c
    for position, file in enumerate(ticket.attachments):
        connection.execute(
            insert(db.ticket_attachments).from_select(
                ["reference", "position", *_FILE_COLUMNS],
                select(
                    literal(ticket.reference),
                    literal(position),
                    *(source[name] for name in _FILE_COLUMNS),
                ).where(source.id == file.id, source.draft_id == draft_id),
            )
        )
    connection.execute(delete(db.draft_files).where(source.draft_id == draft_id))
