"""
The outbox: the truth about what is delivered.

Its rows are written with the ticket, in one transaction. Lease, send, then mark: a crash between
the last two means one more attempt with the same key, never a loss.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import (
    Engine,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    update,
)

from intake import database as db

DeliveryState = Literal["waiting", "leased", "delivered", "parked"]

LEASE = timedelta(minutes=10)  # longer than the longest delivery; see decisions/0011
_MAX_ERROR = 2_000

_row = db.outbox.c

_ticket_rows, _earlier_rows = db.outbox.alias(), db.outbox.alias()
# An update goes to a desk that has the ticket, or it would answer to a letter that never came; and
# after what came before it, or a conversation would be read in another order.
_READY = or_(
    _row.about == "",
    and_(
        exists().where(
            _ticket_rows.c.reference == _row.reference,
            _ticket_rows.c.desk == _row.desk,
            _ticket_rows.c.about == "",
            _ticket_rows.c.state == "delivered",
        ),
        ~exists().where(
            _earlier_rows.c.reference == _row.reference,
            _earlier_rows.c.desk == _row.desk,
            _earlier_rows.c.id < _row.id,
            _earlier_rows.c.state.in_(("waiting", "leased")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    One ticket to one desk, leased to us. `attempts` counts the one about to be made.

    `about` is empty for the ticket itself, else it names what came after it: "check.STEP" or
    "entry.ID".
    """

    id: int
    reference: str
    desk: str
    about: str
    attempts: int
    first_attempt_at: datetime
    lease_id: str


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A delivery that nobody tries any more; `why` is the desk's last answer."""

    reference: str
    desk: str
    attempts: int
    why: str


class Outbox:
    """The rows of the outbox; workers of several processes may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lease(
        self, now: datetime, desks: Collection[str], span: timedelta = LEASE
    ) -> Delivery | None:
        """
        The delivery due longest, ours alone until `span` has passed; None when nothing is due.

        A lease that ran out belonged to a process that died: its row is due again.
        """
        at = db.stamp(now)
        due = or_(
            and_(_row.state == "waiting", _row.next_attempt_at <= at),
            and_(_row.state == "leased", _row.lease_until <= at),
        )
        with db.writing(self._engine) as connection:
            row = connection.execute(
                select(
                    _row.id,
                    _row.reference,
                    _row.desk,
                    _row.about,
                    _row.attempts,
                    _row.first_attempt_at,
                )
                .where(due, _READY, _row.desk.in_(desks))
                .order_by(_row.next_attempt_at, _row.id)
                .limit(1)
                # PostgreSQL: two workers take two rows instead of waiting for each other. On SQLite
                # they take turns by its write lock.
                .with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return None
            first = row.first_attempt_at or at
            lease_id = secrets.token_urlsafe(12)
            connection.execute(
                update(db.outbox)
                .where(_row.id == row.id)
                .values(
                    state="leased",
                    lease_id=lease_id,
                    # The attempt counts from its beginning: a process that dies in it has made one
                    # too.
                    lease_until=db.stamp(now + span),
                    attempts=row.attempts + 1,
                    first_attempt_at=first,
                )
            )
        return Delivery(
            id=row.id,
            reference=row.reference,
            desk=row.desk,
            about=row.about,
            attempts=row.attempts + 1,
            first_attempt_at=db.moment(first),
            lease_id=lease_id,
        )

    def is_due(self, now: datetime, desks: Collection[str]) -> bool:
        """Whether `lease` would find something; it only reads, and so takes no write lock."""
        due = self.next_due(desks)
        return due is not None and due <= now

    def mark_delivered(self, delivery: Delivery, now: datetime, receipt: str) -> None:
        """The desk has it; true whoever holds the lease by now."""
        self._end(
            delivery,
            any_holder=True,
            state="delivered",
            delivered_at=db.stamp(now),
            receipt=receipt,
            last_error=None,
        )

    def mark_waiting(self, delivery: Delivery, until: datetime, error: str) -> None:
        """Not now; try again at `until`."""
        self._end(
            delivery,
            state="waiting",
            next_attempt_at=db.stamp(until),
            last_error=error[:_MAX_ERROR],
        )

    def mark_parked(self, delivery: Delivery, error: str) -> None:
        """No further attempt: a person must look at it."""
        self._end(delivery, state="parked", last_error=error[:_MAX_ERROR])

    def _end(
        self, delivery: Delivery, *, any_holder: bool = False, **values: str | int | None
    ) -> None:
        """Only the holder of the lease says how it went, or a slow worker would undo another's."""
        mine = _row.id == delivery.id
        if any_holder:
            # The first receipt stays, where two workers delivered the same row.
            mine = and_(mine, _row.state != "delivered")
        else:
            mine = and_(mine, _row.state == "leased", _row.lease_id == delivery.lease_id)
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.outbox).where(mine).values(lease_id=None, lease_until=None, **values)
            )

    def next_due(self, desks: Collection[str]) -> datetime | None:
        """When the next attempt is due, or the next lease runs out; None when nothing waits."""
        with db.reading(self._engine) as connection:
            times = [
                connection.execute(
                    select(func.min(column)).where(
                        _row.state == state, _READY, _row.desk.in_(desks)
                    )
                ).scalar()
                for state, column in (
                    ("waiting", _row.next_attempt_at),
                    ("leased", _row.lease_until),
                )
            ]
        due_times = [time for time in times if time is not None]
        return db.moment(min(due_times)) if due_times else None

    def retry_parked(self, now: datetime, reference: str | None = None) -> int:
        """
        Staff looked at it: parked rows are due again, with a new span of time; returns how many.

        Those of one ticket by its reference, or all of them.
        """
        parked = _row.state == "parked"
        if reference is not None:
            parked = and_(parked, _row.reference == reference)
        with db.writing(self._engine) as connection:
            changed = connection.execute(
                update(db.outbox)
                .where(parked)
                .values(
                    state="waiting",
                    attempts=0,
                    # The span before giving up counts from the first attempt: with the old one the
                    # next failure would park the row at once.
                    first_attempt_at=None,
                    next_attempt_at=db.stamp(now),
                )
            )
        return changed.rowcount

    def parked(self, reference: str | None = None) -> list[ParkedRow]:
        """The rows that wait for a person, oldest first: of one ticket, or all."""
        statement = (
            select(_row.reference, _row.desk, _row.attempts, _row.last_error)
            .where(_row.state == "parked")
            .order_by(_row.created_at, _row.id)
        )
        if reference is not None:
            statement = statement.where(_row.reference == reference)
        with db.reading(self._engine) as connection:
            rows = connection.execute(statement).all()
        return [ParkedRow(row[0], row[1], row[2], row[3] or "") for row in rows]

    def counts(self) -> dict[DeliveryState, int]:
        """How many rows are in each state; a state without rows is not in it."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(_row.state, func.count()).group_by(_row.state)).all()
        return {row[0]: row[1] for row in rows}


def ticket_states() -> Select[str, str]:
    """(reference, state) of each ticket: parked if any desk is, delivered if all, else waiting."""
    count = func.count()
    return select(
        _row.reference,
        case(
            # Parked wins: a desk that needs a person is what staff must see.
            (func.sum(case((_row.state == "parked", 1), else_=0)) > 0, "parked"),
            (func.sum(case((_row.state == "delivered", 1), else_=0)) == count, "delivered"),
            else_="waiting",
        ).label("state"),
    ).group_by(_row.reference)
