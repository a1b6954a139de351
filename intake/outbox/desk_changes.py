"""
Tickets that changed at a desk: each is stored until the desk was asked for its state, so that a
crash loses none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection, Engine, func, select, update

from intake import database as db

RemoteState = Literal["open", "solved"]

_change, _row = db.desk_changes.c, db.outbox.c
_NEW: Final = {"state": "open", "attempts": 0}  # a ticket is open when it is handed over


@dataclass(frozen=True, slots=True)
class DeskChange:
    """
    A ticket whose state its desk is to be asked for; `attempts` counts the one about to
    be made.
    """

    desk: str
    reference: str
    remote_id: str
    noted_at: str
    attempts: int


class DeskChanges:
    """The changes that desks reported; one row for each of their tickets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, desk: str, remote_id: str, now: datetime) -> bool:
        """
        Store that the desk is to be asked about a ticket now; False if it has none of ours with
        this id.
        """
        with db.writing(self._engine) as connection:
            reference: str | None = connection.execute(
                select(_row.reference)
                .where(_row.desk == desk, _row.about == "", _row.receipt == remote_id)
                .limit(1)
            ).scalar()
            if reference is None:
                return False
            at = db.stamp(now)
            values: dict[str, str | int] = {
                "remote_id": remote_id,
                "noted_at": at,
                "due_at": at,
                "attempts": 0,
            }
            _write(connection, desk, reference, values)
        return True

    def due(self, now: datetime, desks: Collection[str]) -> DeskChange | None:
        """Return the change of these desks that is due longest; None if none is due."""
        with db.reading(self._engine) as connection:
            row = connection.execute(
                select(db.desk_changes)
                .where(_change.due_at <= db.stamp(now), _change.desk.in_(desks))
                .order_by(_change.due_at)
                .limit(1)
            ).first()
        if row is None:
            return None
        return DeskChange(row.desk, row.reference, row.remote_id, row.noted_at, row.attempts + 1)

    def next_due(self, desk: str) -> datetime | None:
        """Return when the desk is to be asked next; None if nothing waits."""
        with db.reading(self._engine) as connection:
            at = connection.execute(
                select(func.min(_change.due_at)).where(_change.desk == desk)
            ).scalar()
        return db.moment(at) if at else None

    def postpone(self, change: DeskChange, until: datetime) -> None:
        """Try a change again at `until`, because the desk couldn't be asked."""
        values: dict[str, str | int | None] = {
            "due_at": db.stamp(until),
            "attempts": change.attempts,
        }
        self._update(change, values)

    def hold(self, desk: str, until: datetime) -> None:
        """Postpone the desk's changes that are due before `until` to that time."""
        at = db.stamp(until)
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.desk_changes)
                .where(_change.desk == desk, _change.due_at < at)
                .values(due_at=at)
            )

    def settle(self, change: DeskChange) -> None:
        """Mark a change as checked. A change that was reported since stays due."""
        self._update(change, {"due_at": None, "attempts": 0})

    def _update(self, change: DeskChange, values: dict[str, str | int | None]) -> None:
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.desk_changes)
                .where(
                    _change.desk == change.desk,
                    _change.reference == change.reference,
                    _change.noted_at == change.noted_at,
                )
                .values(values)
            )


def remember_state(
    connection: Connection, desk: str, reference: str, remote_id: str, state: RemoteState
) -> bool:
    """
    Store a ticket's state at a desk, in the caller's transaction. Returns whether the state
    changed.
    """
    before = connection.execute(
        select(_change.state).where(_change.desk == desk, _change.reference == reference)
    ).scalar()
    if (before or _NEW["state"]) == state:
        return False
    _write(connection, desk, reference, {"remote_id": remote_id, "state": state})
    return True


def _write(connection: Connection, desk: str, reference: str, values: dict[str, str | int]) -> None:
    row = {"desk": desk, "reference": reference, **_NEW, **values}
    connection.execute(db.insert_if_missing(connection.engine, db.desk_changes).values(row))
    connection.execute(
        update(db.desk_changes)
        .where(_change.desk == desk, _change.reference == reference)
        .values(values)
    )
