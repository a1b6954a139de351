"""How many deliveries each desk has in each state, and how long the oldest has waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select

from intake import database as db
from intake.outbox.rows import DeliveryState

_row = db.outbox.c
_UNDELIVERED: Final[tuple[DeliveryState, ...]] = ("waiting", "leased", "parked")
_MAX_WAIT: Final = timedelta(days=5)  # longer than the outbox tries (`GIVE_UP_AFTER`)


@dataclass(frozen=True, slots=True)
class DeskDeliveries:
    """
    The deliveries of a desk in one state; `oldest_at` is when the oldest of them was
    enqueued.
    """

    desk: str
    state: DeliveryState
    count: int
    oldest_at: datetime


def undelivered(engine: Engine) -> list[DeskDeliveries]:
    """Return the deliveries that their desks don't have, by desk and state."""
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(_row.desk, _row.state, func.count(), func.min(_row.created_at))
            .where(_row.state.in_(_UNDELIVERED))
            .group_by(_row.desk, _row.state)
            .order_by(_row.desk, _row.state)
        ).all()
    return [DeskDeliveries(row[0], row[1], row[2], db.moment(row[3])) for row in rows]


def delivered_since(engine: Engine, since: datetime) -> dict[str, int]:
    """Return how many deliveries each desk took since then."""
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(_row.desk, func.count())
            .where(
                _row.state == "delivered",
                _row.delivered_at >= db.stamp(since),
                # This column is indexed and `delivered_at` isn't: it excludes the years before.
                _row.next_attempt_at >= db.stamp(since - _MAX_WAIT),
            )
            .group_by(_row.desk)
        ).all()
    return {row[0]: row[1] for row in rows}
