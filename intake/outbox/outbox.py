"""
The outbox: the truth about what is delivered.

Its rows are written with the ticket, in one transaction. Lease, send, then mark: a crash between
the last two means one more attempt with the same key, never a loss.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Engine, and_, func, or_, select, update

from intake import database as db
from intake.outbox.rows import (
    LEASED,
    READY,
    Delivery,
    DeliveryRow,
    DeliveryState,
    ParkedRow,
    delivery_row,
    leased_delivery,
    ticket_id,
)

LEASE = timedelta(minutes=10)  # longer than the longest delivery; see decisions/0011
_MAX_ERROR = 2_000

_row = db.outbox.c


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
                select(*LEASED, ticket_id())
                .where(due, READY, _row.desk.in_(desks))
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
        return leased_delivery(row, first, lease_id)

    def is_due(self, now: datetime, desks: Collection[str]) -> bool:
        """Whether `lease` would find something; it only reads, and so takes no write lock."""
        due = self.next_due(desks)
        return due is not None and due <= now

    def mark_sending(self, delivery: Delivery, now: datetime) -> None:
        """
        A hand-over begins: from now on its end is unknown, until it is marked otherwise.

        Written before the desk is asked, so that a process that dies in it is found out.
        """
        self._note(delivery, sending_since=db.stamp(now))

    def mark_not_sent(self, delivery: Delivery, left_out: str = "") -> None:
        """The desk certainly did nothing; `left_out` is what the next attempt goes without."""
        self._note(delivery, sending_since=None, left_out=left_out)

    def mark_created(self, delivery: Delivery, remote_id: str) -> None:
        """The desk has the ticket under this name; it isn't read back yet."""
        self._note(delivery, receipt=remote_id, sending_since=None)

    def mark_left_out(self, delivery: Delivery, left_out: str) -> None:
        """What the next hand-over goes without; how this one ended stays unknown."""
        self._note(delivery, left_out=left_out)

    def mark_losses(self, delivery: Delivery, losses: str) -> None:
        """What the desk dropped of it, as JSON."""
        self._note(delivery, losses=losses)

    def shorten_lease(self, delivery: Delivery, until: datetime) -> None:
        """Its holder ends, and hands it back; what it knows of the hand-over stays."""
        mine = and_(_row.state == "leased", _row.lease_id == delivery.lease_id)
        with db.writing(self._engine) as connection:
            connection.execute(update(db.outbox).where(mine).values(lease_until=db.stamp(until)))

    def _note(self, delivery: Delivery, **values: str | None) -> None:
        """Keep what became known in the middle of a hand-over; true whoever holds the lease."""
        with db.writing(self._engine) as connection:
            connection.execute(update(db.outbox).where(_row.id == delivery.id).values(**values))

    def mark_delivered(self, delivery: Delivery, now: datetime, receipt: str) -> None:
        """The desk has it; true whoever holds the lease by now."""
        self._end(
            delivery,
            any_holder=True,
            state="delivered",
            delivered_at=db.stamp(now),
            receipt=receipt,
            last_error=None,
            sending_since=None,
        )

    def mark_waiting(self, delivery: Delivery, until: datetime, error: str) -> None:
        """Not now; try again at `until`."""
        self._end(
            delivery,
            state="waiting",
            next_attempt_at=db.stamp(until),
            last_error=error[:_MAX_ERROR],
        )

    def mark_parked(self, delivery: Delivery, error: str, *, forget: bool = False) -> None:
        """
        No further attempt: a person must look at it.

        `forget`: that person is asked whether the desk has it, so "try again" means that it hasn't.
        """
        if forget:
            self._note(delivery, sending_since=None)
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
                    select(func.min(column)).where(_row.state == state, READY, _row.desk.in_(desks))
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

    def reopen(self, reference: str, about: str, desks: Collection[str], error: str) -> list[str]:
        """A delivery that was believed came back: a person must look; the desks it was for."""
        mine = and_(
            _row.reference == reference,
            func.lower(_row.about) == about.lower(),
            _row.desk.in_(desks),
            _row.state == "delivered",
        )
        with db.writing(self._engine) as connection:
            names = connection.execute(select(_row.desk).where(mine)).scalars().all()
            connection.execute(
                update(db.outbox)
                .where(mine)
                .values(
                    state="parked",
                    delivered_at=None,
                    receipt=None,  # or the next attempt would take it for delivered
                    last_error=error[:_MAX_ERROR],
                )
            )
        return list(names)

    def make_due(self, now: datetime) -> int:
        """Whatever waits for a later moment is due now; returns how many rows."""
        with db.writing(self._engine) as connection:
            changed = connection.execute(
                update(db.outbox)
                .where(_row.state == "waiting", _row.next_attempt_at > db.stamp(now))
                .values(next_attempt_at=db.stamp(now))
            )
        return changed.rowcount

    def rows(self, reference: str) -> list[DeliveryRow]:
        """How far a ticket has come with each of its desks."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(db.outbox).where(_row.reference == reference).order_by(_row.id)
            ).all()
        return [delivery_row(row) for row in rows]

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
