"""A draft or a later ticket that ends in one that is there: what it says becomes an entry."""

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
    Add a draft to a ticket, and close it as sent under the ticket's number; once, in one step.

    `compose` gives what the draft says; it runs inside the transaction, so that the last answer is
    in. The draft's link leads to the ticket from then on. Nothing happens to a draft that was sent.

    Raises:
        DraftClosed: there is no such draft.
        EntryRefused: the ticket takes nothing more.
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
    Add a ticket to an earlier one, and solve it; True if it is news there.

    Its own link goes on leading to itself: who has it isn't proven to be who wrote the earlier one.
    With `is_vouched`, staff's word for that, it leads to the earlier one.

    Raises:
        EntryRefused: the earlier ticket takes nothing more.
        LookupError: one of them is gone.
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


def earlier_of(tickets: TicketStore, ticket: Ticket) -> Ticket | None:
    """
    The open ticket that a later one can join: about the same, and from the same mailbox.

    Ask only who has proven to read that mailbox.
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
    kept = connection.execute(
        select(source.id)
        .where(source.reference == later, source.entry_id.is_(None))
        .order_by(source.position)
    ).scalars()
    for position, file_id in enumerate(kept.all()):
        _insert_copy(connection, db.ticket_attachments, file_id, (earlier, position, entry_id))


def _move_files(connection: Connection, draft_id: str, reference: str, entry_id: int) -> None:
    source = db.draft_files.c
    kept = connection.execute(
        select(source.id).where(source.draft_id == draft_id).order_by(source.created_at, source.id)
    ).scalars()
    for position, file_id in enumerate(kept.all()):
        _insert_copy(connection, db.draft_files, file_id, (reference, position, entry_id))
    connection.execute(delete(db.draft_files).where(source.draft_id == draft_id))


def _insert_copy(
    connection: Connection,
    source: Table,
    file_id: str,
    place: tuple[str, int, int],
) -> None:
    """A file as one of an entry, its bytes from table to table; `place` is where it stands."""
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
