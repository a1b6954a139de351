"""Desks that are paused, and what the operator was told: kept, for every process to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from intake import database as db

_MAX_WHY = 1_000
_MAX_CAUSE = 200
_TELL_AGAIN_AFTER = timedelta(days=1)

_pause = db.desk_pauses.c
_notice = db.operator_notices.c


@dataclass(frozen=True, slots=True)
class DeskPause:
    """A desk that would answer every ticket alike: after `until` one tries, the others wait."""

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
        """The pauses by desk; one whose time has passed is there until the desk takes a ticket."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(db.desk_pauses)).all()
        return {
            row.desk: DeskPause(
                row.desk, db.moment(row.since), db.moment(row.until), row.failures, row.why
            )
            for row in rows
        }

    def set(self, pause: DeskPause) -> None:
        """Pause a desk, or pause it longer."""
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
        """The desk takes tickets again."""
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.desk_pauses).where(_pause.desk == desk))


class OperatorNotices:
    """The causes that the operator was mailed about."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_news(self, cause: str, now: datetime) -> bool:
        """Whether nobody was told of this cause within a day."""
        with db.reading(self._engine) as connection:
            at = connection.execute(
                select(_notice.at).where(_notice.cause == cause[:_MAX_CAUSE])
            ).scalar()
        return at is None or now - db.moment(at) >= _TELL_AGAIN_AFTER

    def has_alarm(self, desk: str) -> bool:
        """Whether the alarm of this desk's pause is on, which mails the operator by itself."""
        alarm = db.alarms.c.fault
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(alarm).where(alarm == f"desk-paused:{desk}"[:120]))
            return rows.first() is not None

    def remember(self, cause: str, now: datetime) -> None:
        """The operator was mailed."""
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.operator_notices).where(_notice.cause == cause[:_MAX_CAUSE])
            )
            connection.execute(
                insert(db.operator_notices), {"cause": cause[:_MAX_CAUSE], "at": db.stamp(now)}
            )
