"""Join a draft or a later ticket to an existing ticket: its answers become an entry there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, Table, delete, insert, literal, select, update

from intake import database as db
from intake.drafts import DraftClosed, end_walk
from intake.tickets.conversation import NewEntry
from intake.tickets.conversation_store import add_entry
from intake.tickets.mailbox import mailbox_of
from intake.tickets.same_problem import answers_in_words
from intake.tickets.store import TicketStore
from intake.tickets.ticket import Ticket


def join_draft(
    engine: Engine,
    draft_id: str,
    reference: str,
    compose: Callable[[], str],
    now: datetime,
) -> None:
    """
    Add a draft to a ticket, and close it as sent under that ticket's reference; once, in one
    transaction.

    `compose` returns the text of the draft. It runs inside the transaction, so the last answer is
    in it. From then on the draft's link opens the ticket. A draft that was already sent stays
    unchanged.

    Raises:
        DraftClosed: there is no such draft.
        EntryRefused: the ticket takes no more entries.
        LookupError: there is no such ticket.
    """
    with db.writing(engine) as connection:
        row = connection.execute(
            select(db.drafts.c.reference).where(db.drafts.c.id == draft_id).with_for_update()
        ).first()
        if row is None:
            raise DraftClosed(f"There is no draft {draft_id}")
        if row.reference is not None:
            return
        entry = NewEntry(author="customer", kind="again", text=compose(), key=f"draft-{draft_id}")
        added = add_entry(connection, reference, entry, now)
        if added is not None:
            _move_files(connection, draft_id, reference, added.id)
        connection.execute(
            update(db.drafts)
            .where(db.drafts.c.id == draft_id)
            .values(
                status="sent",
                reference=reference,
                updated_at=db.stamp(now),
                revision=db.drafts.c.revision + 1,
            )
        )
        end_walk(connection, draft_id, "sent")


def join_ticket(
    engine: Engine, later: Ticket, earlier: str, now: datetime, *, is_vouched: bool = False
) -> bool:
    """
    Add a ticket to an earlier one, and solve it. Returns False if it was added before.

    The later ticket's own link goes on opening that ticket: its holder isn't proven to be the
    author of the earlier one. With `is_vouched` staff confirm that, and the link opens the earlier
    ticket.

    Raises:
        EntryRefused: the earlier ticket takes no more entries.
        LookupError: one of the tickets is gone.
    """
    with db.writing(engine) as connection:
        entry = NewEntry(
            author="customer",
            kind="again",
            text=answers_in_words(later),
            key=f"ticket-{later.reference}",
        )
        added = add_entry(connection, earlier, entry, now)
        if added is None:
            return False
        _copy_files(connection, later.reference, earlier, added.id)
        joined = NewEntry(
            author="system",
            kind="joined",
            details={"reference": earlier},
            is_internal=True,
            key="joined",
        )
        add_entry(connection, later.reference, joined, now)
        if is_vouched:
            connection.execute(
                update(db.drafts)
                .where(db.drafts.c.reference == later.reference)
                .values(reference=earlier)
            )
    return True


def earlier_open_ticket(tickets: TicketStore, ticket: Ticket) -> Ticket | None:
    """
    Return the open ticket that a later one can join: a related one, from the same mailbox; or None.

    Call this only for somebody who has proven to read that mailbox.
    """
    mailbox = mailbox_of(ticket.contact.email)
    if not mailbox or ticket.state == "solved":
        return None
    for related in ticket.related:
        earlier = tickets.get(related.reference)
        if (
            earlier is not None
            and earlier.state != "solved"
            and mailbox_of(earlier.contact.email) == mailbox
        ):
            return earlier
    return None


def _copy_files(connection: Connection, later: str, earlier: str, entry_id: int) -> None:
    source = db.ticket_attachments.c
    file_ids = connection.execute(
        select(source.id)
        .where(source.reference == later, source.entry_id.is_(None))
        .order_by(source.position)
    ).scalars()
    for position, file_id in enumerate(file_ids.all()):
        _insert_copy(connection, db.ticket_attachments, file_id, (earlier, position, entry_id))


def _move_files(connection: Connection, draft_id: str, reference: str, entry_id: int) -> None:
    source = db.draft_files.c
    file_ids = connection.execute(
        select(source.id).where(source.draft_id == draft_id).order_by(source.created_at, source.id)
    ).scalars()
    for position, file_id in enumerate(file_ids.all()):
        _insert_copy(connection, db.draft_files, file_id, (reference, position, entry_id))
    connection.execute(delete(db.draft_files).where(source.draft_id == draft_id))


def _insert_copy(
    connection: Connection,
    source: Table,
    file_id: str,
    place: tuple[str, int, int],
) -> None:
    """
    Copy a file into an entry, its bytes from table to table; `place` is (reference, position, entry
    id).
    """
    reference, position, entry_id = place
    columns = ("name", "media_type", "size_bytes", "sha256", "content")
    connection.execute(
        insert(db.ticket_attachments).from_select(
            ["id", "reference", "position", "entry_id", *columns],
            select(
                literal(secrets.token_urlsafe(16)),
                literal(reference),
                literal(position),
                literal(entry_id),
                *(source.c[name] for name in columns),
            ).where(source.c.id == file_id),
        )
    )
