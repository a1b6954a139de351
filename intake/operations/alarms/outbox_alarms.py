"""What the outbox says of desks: late, paused, losing something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select

from intake import database as db
from intake.operations.alarms.fault import Alarm
from intake.outbox import DeskPauses

# A desk that restarts is no fault; a worker that hangs is told of in time all the same.
_PAUSED_FOR: Final = timedelta(minutes=5)
_LATE: Final = timedelta(minutes=8)
_LOSSES_OF: Final = timedelta(hours=1)

_row, _notice = db.outbox.c, db.operator_notices.c


def paused_desks(engine: Engine, now: datetime) -> Iterator[Alarm]:
    """Desks that take nothing; `is_mailed` where the delivery has mailed about this pause."""
    for pause in DeskPauses(engine).all().values():
        if now - pause.since >= _PAUSED_FOR:
            is_mailed = _was_mailed(engine, f"{pause.desk} paused: ", pause.since)
            yield Alarm("desk-paused", pause.desk, {"why": pause.why}, is_mailed=is_mailed)


def _was_mailed(engine: Engine, cause: str, since: datetime) -> bool:
    with db.reading(engine) as connection:
        notice = connection.execute(
            select(_notice.cause).where(
                _notice.cause.startswith(cause, autoescape=True), _notice.at >= db.stamp(since)
            )
        ).first()
    return notice is not None


def late_deliveries(engine: Engine, now: datetime) -> Iterator[Alarm]:
    """
    Desks whose oldest delivery is late.

    What waits for a desk's search after an unclear answer is left out: it may take ten minutes.
    """
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(_row.desk, func.min(_row.created_at))
            .where(
                _row.state.in_(("waiting", "leased")),
                _row.sending_since.is_(None),
                _row.created_at < db.stamp(now - _LATE),
            )
            .group_by(_row.desk)
        ).all()
    for desk, oldest in rows:
        yield Alarm("outbox-old", desk, {"since": f"{db.moment(oldest):%Y-%m-%d %H:%M}"})


def losing_desks(engine: Engine, now: datetime) -> Iterator[Alarm]:
    """Desks that dropped something of a ticket that they took lately."""
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(_row.desk, func.max(_row.reference))
            .where(
                _row.state == "delivered",
                _row.losses.is_not(None),
                _row.losses.not_in(("", "[]")),
                _row.delivered_at >= db.stamp(now - _LOSSES_OF),
                # An index has this column and not the other: it keeps the years before out.
                _row.next_attempt_at >= db.stamp(now - _LOSSES_OF - timedelta(days=5)),
            )
            .group_by(_row.desk)
        ).all()
    for desk, reference in rows:
        yield Alarm("desk-loses", desk, {"reference": reference})
