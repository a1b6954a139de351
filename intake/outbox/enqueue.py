"""Add rows to the outbox, in the transaction of the ticket or of a later change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from intake import database as db

_row = db.outbox.c


def enqueue(connection: Connection, reference: str, desks: Sequence[str], at: str) -> None:
    """
    Add one row for each desk, due at once, in the transaction that writes the ticket.

    `at` is a database timestamp.
    """
    _insert(connection, reference, desks, "", at)


def enqueue_update(connection: Connection, reference: str, about: str, at: str) -> None:
    """
    Add one row for each desk that got the ticket, or is getting it, without the result that `about`
    names.

    A desk that still waits for the ticket gets everything in one delivery, and one that waits for
    an update gets everything with that.
    """
    rows = connection.execute(
        select(_row.desk, _row.about, _row.state).where(_row.reference == reference)
    ).all()
    # Not "leased": that letter may have been written before this result was there.
    waiting = {
        row.desk
        for row in rows
        if row.state in ("waiting", "parked") and entry_of(row.about) is None
    }
    desks = {row.desk for row in rows if not row.about} - waiting
    _insert(connection, reference, sorted(desks), about, at)


def enqueue_entry(
    connection: Connection, reference: str, entry_id: int, at: str, *, except_desk: str = ""
) -> None:
    """
    Add one row for each desk of the ticket, except `except_desk`, for an entry of its conversation.

    A desk that still waits for the ticket gets the entry after it.
    """
    desks = connection.execute(
        select(_row.desk).where(
            _row.reference == reference, _row.about == "", _row.desk != except_desk
        )
    ).scalars()
    _insert(connection, reference, sorted(desks), about_entry(entry_id), at)


def about_entry(entry_id: int) -> str:
    """Return the value of `about` for an entry of the conversation."""
    return f"{_ENTRY_PREFIX}{entry_id}"


def entry_of(about: str) -> int | None:
    """Return the id of the entry that a row is about; None for other rows."""
    return int(about.removeprefix(_ENTRY_PREFIX)) if about.startswith(_ENTRY_PREFIX) else None


_ENTRY_PREFIX = "entry."


def _insert(
    connection: Connection, reference: str, desks: Sequence[str], about: str, at: str
) -> None:
    if not desks:  # SQLAlchemy takes an empty list for one row of defaults
        return
    connection.execute(
        insert(db.outbox),
        [
            {
                "reference": reference,
                "desk": desk,
                "about": about,
                "state": "waiting",
                "attempts": 0,
                "created_at": at,
                "next_attempt_at": at,
            }
            for desk in desks
        ],
    )
