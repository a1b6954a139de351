"""What is put into the outbox, in the transaction of the ticket or of what came after it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from intake import database as db

_row = db.outbox.c


def enqueue(connection: Connection, reference: str, desks: Sequence[str], at: str) -> None:
    """
    One row a desk, due at once, in the transaction that writes the ticket.

    `at` is the time as it is stored.
    """
    _insert(connection, reference, desks, "", at)


def enqueue_update(connection: Connection, reference: str, about: str, at: str) -> None:
    """
    One row for each desk whose letter has left, or is leaving, without what `about` names.

    A desk that still waits for the ticket gets it all in one letter, and one that waits for an
    update gets everything with that.
    """
    rows = connection.execute(
        select(_row.desk, _row.about, _row.state).where(_row.reference == reference)
    ).all()
    # Not "leased": that letter may have been written before this result was there.
    waiting = {row.desk for row in rows if row.state in ("waiting", "parked")}
    desks = {row.desk for row in rows if not row.about} - waiting
    _insert(connection, reference, sorted(desks), about, at)


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
