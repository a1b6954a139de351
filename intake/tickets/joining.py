"""A draft that ends in a ticket that is there already: its answers and files become an entry."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, literal, select, update

from intake import database as db
from intake.drafts import DraftClosed, end_walk
from intake.tickets.conversation import NewEntry
from intake.tickets.conversation_store import add_entry


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


def _move_files(connection: Connection, draft_id: str, reference: str, entry_id: int) -> None:
    source = db.draft_files.c
    kept = connection.execute(
        select(source.id).where(source.draft_id == draft_id).order_by(source.created_at, source.id)
    ).scalars()
    for position, file_id in enumerate(kept.all()):
        connection.execute(
            insert(db.ticket_attachments).from_select(
                [
                    "id",
                    "reference",
                    "position",
                    "entry_id",
                    "name",
                    "media_type",
                    "size_bytes",
                    "sha256",
                    "content",
                ],
                select(
                    literal(secrets.token_urlsafe(16)),
                    literal(reference),
                    literal(position),
                    literal(entry_id),
                    source.name,
                    source.media_type,
                    source.size_bytes,
                    source.sha256,
                    source.content,
                ).where(source.id == file_id),
            )
        )
    connection.execute(delete(db.draft_files).where(source.draft_id == draft_id))
