"""Paused desks, and what the operator was mailed about: stored, so that every process knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from intake import database as db

_MAX_WHY = 1_000
_MAX_CAUSE = 200
_REPEAT_AFTER = timedelta(days=1)

_pause = db.desk_pauses.c
_notice = db.operator_notices.c


@dataclass(frozen=True, slots=True)
class DeskPause:
    """
    A pause of a desk that fails every ticket alike: after `until` one ticket is tried, the others
    wait.
    """

    desk: str
    since: datetime
    until: datetime
    failures: int
    why: str


class DeskPauses:
    """The pauses of all desks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> Mapping[str, DeskPause]:
        """
        Return the pauses by desk. A pause whose time has passed stays until the desk takes a
        ticket.
        """
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(db.desk_pauses)).all()
        return {
            row.desk: DeskPause(
                row.desk, db.moment(row.since), db.moment(row.until), row.failures, row.why
            )
            for row in rows
        }

    def set(self, pause: DeskPause) -> None:
        """Store a new or a longer pause of a desk."""
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.desk_pauses).where(_pause.desk == pause.desk))
            connection.execute(
                insert(db.desk_pauses),
                {
                    "desk": pause.desk,
                    "since": db.stamp(pause.since),
                    "until": db.stamp(pause.until),
                    "failures": pause.failures,
                    "why": pause.why[:_MAX_WHY],
                },
            )

    def end(self, desk: str) -> None:
        """End the pause of a desk that takes tickets again."""
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.desk_pauses).where(_pause.desk == desk))


class OperatorNotices:
    """The causes that the operator was mailed about."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_news(self, cause: str, now: datetime) -> bool:
        """Check whether the operator was not mailed about this cause within the last day."""
        with db.reading(self._engine) as connection:
            at = connection.execute(
                select(_notice.at).where(_notice.cause == cause[:_MAX_CAUSE])
            ).scalar()
        return at is None or now - db.moment(at) >= _REPEAT_AFTER

    def has_alarm(self, desk: str) -> bool:
        """Check whether the alarm of this desk's pause is on; it mails the operator by itself."""
        alarm = db.alarms.c.fault
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(alarm).where(alarm == f"desk-paused:{desk}"[:120]))
            return rows.first() is not None

    def remember(self, cause: str, now: datetime) -> None:
        """Store that the operator was mailed about a cause."""
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.operator_notices).where(_notice.cause == cause[:_MAX_CAUSE])
            )
            connection.execute(
                insert(db.operator_notices), {"cause": cause[:_MAX_CAUSE], "at": db.stamp(now)}
            )
