"""
Store the conversation of a ticket: rows beside a document that never changes.

An entry, the state that follows from it and the outbox's rows for the desks are one transaction.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, insert, select, update

from intake import database as db
from intake.drafts import PreparedFile
from intake.outbox import enqueue_entry
from intake.tickets.conversation import EntryRefused, NewEntry, state_after
from intake.tickets.full_text import add_personal_words
from intake.tickets.ticket import Attachment, ConversationEntry, TicketState

MAX_ENTRIES: Final = 200  # of a customer, for one ticket
MAX_ENTRIES_AN_HOUR: Final = 30
MAX_FILES: Final = 20
MAX_FILES_BYTES: Final = 30 * 1024 * 1024
_MAX_NAME: Final = 200
# Notes between colleagues stay here, because a desk may show its customers whatever it gets.
# A desk learns of a related ticket from that ticket itself.
_NOT_FOR_DESKS: Final = frozenset({"note", "owner", "probed", "related"})

_entry, _file = db.ticket_entries.c, db.ticket_attachments.c


class ConversationStore:
    """
    Adds entries to tickets' conversations; calls `on_update` when a desk has something
    to get.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: db.Clock = db.utc_now,
        on_update: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine, self._clock, self._on_update = engine, clock, on_update

    def add(self, reference: str, entry: NewEntry) -> ConversationEntry | None:
        """
        Add an entry and return it; None if it repeats an entry, or reports a solved ticket as
        solved.

        Raises:
            EntryRefused: a customer's entry exceeds one of the ticket's limits.
            LookupError: there is no such ticket.
        """
        with db.writing(self._engine) as connection:
            added = add_entry(connection, reference, entry, self._clock())
        if added is not None:
            self._on_update()
        return added


def add_entry(
    connection: Connection, reference: str, entry: NewEntry, now: datetime
) -> ConversationEntry | None:
    """Add an entry in the caller's transaction; see `ConversationStore.add`."""
    # PostgreSQL: whoever adds to the same ticket waits here, so that limits and keys hold.
    ticket = connection.execute(
        select(db.tickets.c.state, db.tickets.c.number)
        .where(db.tickets.c.reference == reference)
        .with_for_update()
    ).first()
    if ticket is None:
        raise LookupError(f"There is no ticket {reference}")
    state: TicketState = ticket.state
    if _is_duplicate(connection, reference, entry, state):
        return None
    if entry.author == "customer":
        _check_limits(connection, reference, entry, now)
    new_state, at = state_after(state, entry), db.stamp(now)
    entry_id = _write(connection, reference, entry, at)
    files = _write_files(connection, reference, entry_id, entry.files)
    add_personal_words(connection, ticket.number, (entry.text, *(file.name for file in files)))
    changes: dict[str, str] = {"state": new_state} if new_state != state else {}
    if entry.kind == "owner":
        changes["owner"] = str(entry.details["owner"])
    if changes:
        connection.execute(
            update(db.tickets).where(db.tickets.c.reference == reference).values(changes)
        )
    if entry.kind not in _NOT_FOR_DESKS:
        enqueue_entry(connection, reference, entry_id, at, except_desk=entry.origin_desk)
    return ConversationEntry(
        id=entry_id,
        at=now,
        author=entry.author,
        author_name=entry.author_name,
        kind=entry.kind,
        text=entry.text,
        details=entry.details,
        files=files,
        is_internal=entry.is_internal,
    )


def read_conversation(connection: Connection, reference: str) -> tuple[ConversationEntry, ...]:
    """Return the entries of a ticket in the order of their arrival."""
    rows = connection.execute(
        select(db.ticket_entries).where(_entry.reference == reference).order_by(_entry.id)
    ).all()
    files = _files(connection, reference) if rows else {}
    return tuple(_read(row, tuple(files.get(row.id, ()))) for row in rows)


def _is_duplicate(
    connection: Connection, reference: str, entry: NewEntry, state: TicketState
) -> bool:
    if entry.kind == "works-again" and state == "solved":
        return True
    known = select(_entry.id).where(_entry.reference == reference, _entry.key == entry.key)
    return connection.execute(known).first() is not None or (
        entry.kind == "line" and _repeats_last_entry(connection, reference, entry)
    )


def _repeats_last_entry(connection: Connection, reference: str, entry: NewEntry) -> bool:
    """
    Check whether the last entry has the same author, kind, text and files: the form was
    sent twice.
    """
    last = connection.execute(
        select(db.ticket_entries)
        .where(_entry.reference == reference)
        .order_by(_entry.id.desc())
        .limit(1)
    ).first()
    if last is None or (last.author, last.kind, last.text) != (
        entry.author,
        entry.kind,
        entry.text,
    ):
        return False
    stored_hashes = connection.execute(
        select(_file.sha256).where(_file.reference == reference, _file.entry_id == last.id)
    ).scalars()
    return sorted(stored_hashes) == sorted(file.sha256 for file in entry.files)


def _check_limits(connection: Connection, reference: str, entry: NewEntry, now: datetime) -> None:
    by_customer = (_entry.reference == reference, _entry.author == "customer")
    hour_ago = db.stamp(now - timedelta(hours=1))
    total = connection.execute(select(func.count()).where(*by_customer)).scalar_one()
    in_last_hour = connection.execute(
        select(func.count()).where(*by_customer, _entry.at > hour_ago)
    ).scalar_one()
    if total >= MAX_ENTRIES or in_last_hour >= MAX_ENTRIES_AN_HOUR:
        raise EntryRefused("too-many")
    if not entry.files:
        return
    count, size_bytes = connection.execute(
        select(func.count(), func.coalesce(func.sum(_file.size_bytes), 0)).where(
            _file.reference == reference, _file.entry_id.is_not(None)
        )
    ).one()
    if count + len(entry.files) > MAX_FILES:
        raise EntryRefused("too-many-files")
    if size_bytes + sum(file.size_bytes for file in entry.files) > MAX_FILES_BYTES:
        raise EntryRefused("too-much")


def _write(connection: Connection, reference: str, entry: NewEntry, at: str) -> int:
    written = connection.execute(
        insert(db.ticket_entries),
        {
            "reference": reference,
            "key": entry.key,
            "at": at,
            "author": entry.author,
            "author_name": entry.author_name[:_MAX_NAME],
            "kind": entry.kind,
            "text": entry.text,
            "details": json.dumps(dict(entry.details)),
            "is_internal": entry.is_internal,
        },
    )
    key = written.inserted_primary_key
    if key is None:  # pragma: no cover - one row gives one key
        raise LookupError("The database gave the entry no number")
    return int(key[0])


def _write_files(
    connection: Connection, reference: str, entry_id: int, files: Sequence[PreparedFile]
) -> tuple[Attachment, ...]:
    attachments = []
    for position, file in enumerate(files):
        attachment = Attachment(
            id=secrets.token_urlsafe(16),
            name=file.name,
            type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
        )
        connection.execute(
            insert(db.ticket_attachments),
            {
                "id": attachment.id,
                "reference": reference,
                "position": position,
                "entry_id": entry_id,
                "name": file.name,
                "media_type": file.media_type,
                "size_bytes": file.size_bytes,
                "sha256": file.sha256,
                "content": file.content,
            },
        )
        attachments.append(attachment)
    return tuple(attachments)


def _files(connection: Connection, reference: str) -> dict[int, list[Attachment]]:
    rows = connection.execute(
        select(
            _file.entry_id, _file.id, _file.name, _file.media_type, _file.size_bytes, _file.sha256
        )
        .where(_file.reference == reference, _file.entry_id.is_not(None))
        .order_by(_file.entry_id, _file.position)
    ).all()
    files: dict[int, list[Attachment]] = defaultdict(list)
    for entry_id, file_id, name, media_type, size_bytes, sha256 in rows:
        attachment = Attachment(
            id=file_id, name=name, type=media_type, size_bytes=size_bytes, sha256=sha256
        )
        files[entry_id].append(attachment)
    return files


def _read(row: Any, files: tuple[Attachment, ...]) -> ConversationEntry:  # noqa: ANN401
    return ConversationEntry(
        id=row.id,
        at=db.moment(row.at),
        author=row.author,
        author_name=row.author_name,
        kind=row.kind,
        text=row.text,
        details=json.loads(row.details),
        files=files,
        is_internal=row.is_internal,
    )
