"""
The outbox: the record of what is delivered and what isn't.

Its rows are written with the ticket, in one transaction. A worker leases a row, sends it, and marks
it: a crash between the last two means one more attempt with the same key, never a loss.
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
        Lease the delivery that is due longest until `now + span`; return None if nothing is due.

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
                    # An attempt counts from its start, so that a process that dies in it
                    # has used one up.
                    lease_until=db.stamp(now + span),
                    attempts=row.attempts + 1,
                    first_attempt_at=first,
                )
            )
        return leased_delivery(row, first, lease_id)

    def is_due(self, now: datetime, desks: Collection[str]) -> bool:
        """Check whether `lease` would find a row, without taking a write lock."""
        due = self.next_due(desks)
        return due is not None and due <= now

    def mark_sending(self, delivery: Delivery, now: datetime) -> None:
        """
        Store that a hand-over begins; its outcome is unknown until the row is marked again.

        Written before the desk is called, so that a process that dies during the call is noticed.
        """
        self._update(delivery, sending_since=db.stamp(now))

    def mark_not_sent(self, delivery: Delivery, left_out: str = "") -> None:
        """
        Store that the desk certainly did nothing; the next attempt leaves out the parts in
        `left_out`.
        """
        self._update(delivery, sending_since=None, left_out=left_out)

    def mark_created(self, delivery: Delivery, remote_id: str) -> None:
        """Store the ticket's id at the desk, before the ticket is read back."""
        self._update(delivery, receipt=remote_id, sending_since=None)

    def mark_left_out(self, delivery: Delivery, left_out: str) -> None:
        """
        Store the parts that the next attempt leaves out; the outcome of this one stays
        unknown.
        """
        self._update(delivery, left_out=left_out)

    def mark_losses(self, delivery: Delivery, losses: str) -> None:
        """Store what the desk dropped of the ticket, as JSON."""
        self._update(delivery, losses=losses)

    def shorten_lease(self, delivery: Delivery, until: datetime) -> None:
        """
        End the lease at `until`, because its holder stops; what is known of the
        hand-over stays.
        """
        condition = and_(_row.state == "leased", _row.lease_id == delivery.lease_id)
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.outbox).where(condition).values(lease_until=db.stamp(until))
            )

    def _update(self, delivery: Delivery, **values: str | None) -> None:
        """Store what became known during a hand-over, whoever holds the lease."""
        with db.writing(self._engine) as connection:
            connection.execute(update(db.outbox).where(_row.id == delivery.id).values(**values))

    def mark_delivered(self, delivery: Delivery, now: datetime, receipt: str) -> None:
        """Mark a delivery as received by the desk, whoever holds the lease."""
        self._finish(
            delivery,
            any_holder=True,
            state="delivered",
            delivered_at=db.stamp(now),
            receipt=receipt,
            last_error=None,
            sending_since=None,
        )

    def mark_waiting(self, delivery: Delivery, until: datetime, error: str) -> None:
        """Try the delivery again at `until`."""
        self._finish(
            delivery,
            state="waiting",
            next_attempt_at=db.stamp(until),
            last_error=error[:_MAX_ERROR],
        )

    def mark_parked(self, delivery: Delivery, error: str, *, forget: bool = False) -> None:
        """
        Stop trying, because a person must look at the delivery.

        With `forget` that person is asked to check whether the desk has the ticket, so "try again"
        will mean that it hasn't.
        """
        if forget:
            self._update(delivery, sending_since=None)
        self._finish(delivery, state="parked", last_error=error[:_MAX_ERROR])

    def _finish(
        self, delivery: Delivery, *, any_holder: bool = False, **values: str | int | None
    ) -> None:
        """
        End the attempt. Only the holder of the lease may, or a slow worker would undo another's
        result.
        """
        condition = _row.id == delivery.id
        if any_holder:
            # The first receipt stays, where two workers delivered the same row.
            condition = and_(condition, _row.state != "delivered")
        else:
            condition = and_(condition, _row.state == "leased", _row.lease_id == delivery.lease_id)
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.outbox).where(condition).values(lease_id=None, lease_until=None, **values)
            )

    def next_due(self, desks: Collection[str]) -> datetime | None:
        """Return when the next attempt is due or the next lease runs out; None if nothing waits."""
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
        Make parked rows due again, with a new time limit; return how many.

        With a reference the rows of that ticket, otherwise all of them.
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
        """
        Park a delivery that was marked as delivered and came back; return the names of
        its desks.
        """
        condition = and_(
            _row.reference == reference,
            func.lower(_row.about) == about.lower(),
            _row.desk.in_(desks),
            _row.state == "delivered",
        )
        with db.writing(self._engine) as connection:
            names = connection.execute(select(_row.desk).where(condition)).scalars().all()
            connection.execute(
                update(db.outbox)
                .where(condition)
                .values(
                    state="parked",
                    delivered_at=None,
                    receipt=None,  # or the next attempt would take it for delivered
                    last_error=error[:_MAX_ERROR],
                )
            )
        return list(names)

    def make_due(self, now: datetime) -> int:
        """Make every waiting row due now; return how many were due later."""
        with db.writing(self._engine) as connection:
            changed = connection.execute(
                update(db.outbox)
                .where(_row.state == "waiting", _row.next_attempt_at > db.stamp(now))
                .values(next_attempt_at=db.stamp(now))
            )
        return changed.rowcount

    def rows(self, reference: str) -> list[DeliveryRow]:
        """Return the state of a ticket's deliveries at each of its desks."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(
                select(db.outbox).where(_row.reference == reference).order_by(_row.id)
            ).all()
        return [delivery_row(row) for row in rows]

    def parked(self, reference: str | None = None) -> list[ParkedRow]:
        """Return the parked rows of one ticket or of all, oldest first."""
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
        """Return how many rows are in each state; states without rows are left out."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(_row.state, func.count()).group_by(_row.state)).all()
        return {row[0]: row[1] for row in rows}
