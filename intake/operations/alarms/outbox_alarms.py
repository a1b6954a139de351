"""Alarms about desks, from the outbox: late, paused, or losing something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select

from intake import database as db
from intake.operations.alarms.alarm import Alarm
from intake.outbox import DeskPauses

# A restarting desk isn't a fault, and a hanging worker is still reported in time.
_PAUSE_REPORTED_AFTER: Final = timedelta(minutes=5)
_LATE_AFTER: Final = timedelta(minutes=8)
_LOSSES_WITHIN: Final = timedelta(hours=1)

_row, _notice = db.outbox.c, db.operator_notices.c


def paused_desks(engine: Engine, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each paused desk; `is_mailed` if delivery has mailed about this pause."""
    for pause in DeskPauses(engine).all().values():
        if now - pause.since >= _PAUSE_REPORTED_AFTER:
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
    Yield an alarm for each desk whose oldest delivery is late.

    Deliveries that wait for a desk's search after an unclear answer are left out: that may take ten
    minutes.
    """
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(_row.desk, func.min(_row.created_at))
            .where(
                _row.state.in_(("waiting", "leased")),
                _row.sending_since.is_(None),
                _row.created_at < db.stamp(now - _LATE_AFTER),
            )
            .group_by(_row.desk)
        ).all()
    for desk, oldest in rows:
        yield Alarm("outbox-old", desk, {"since": f"{db.moment(oldest):%Y-%m-%d %H:%M}"})


def losing_desks(engine: Engine, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each desk that dropped part of a ticket within the last hour."""
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(_row.desk, func.max(_row.reference))
            .where(
                _row.state == "delivered",
                _row.losses.is_not(None),
                _row.losses.not_in(("", "[]")),
                _row.delivered_at >= db.stamp(now - _LOSSES_WITHIN),
                # This column is indexed and `delivered_at` isn't: it excludes the years before.
                _row.next_attempt_at >= db.stamp(now - _LOSSES_WITHIN - timedelta(days=5)),
            )
            .group_by(_row.desk)
        ).all()
    for desk, reference in rows:
        yield Alarm("desk-loses", desk, {"reference": reference})
