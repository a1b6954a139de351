"""
The alarm watcher: runs the checks once a minute, and reports each fault once, and when it is over.

Reported alarms are stored in the database, so that a restart repeats none and one of several
processes reports. Without the database they are kept in memory: its own failure is reported as
well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import structlog
from sqlalchemy import Engine, delete, select

from intake import database as db
from intake.bootstrap import Services
from intake.operations.alarms.alarm import Alarm
from intake.operations.alarms.alarm_checks import ALARM_CHECKS, AlarmCheck, AlarmContext
from intake.operations.alarms.messenger import AlarmState

log = structlog.get_logger(__name__)

EVERY_S: Final = 60.0
_ROUNDS_UNTIL_OVER: Final = 3  # looks without it, before it is over
TellAlarm = Callable[[Alarm, AlarmState, datetime], bool]


@dataclass(slots=True)
class _KnownAlarm:
    """
    A fault that is or was present: since when, whether it was reported, in how many rounds it was
    absent.
    """

    fault: Alarm
    since_s: float
    since: datetime
    is_reported: bool = False
    stored_in: Literal["nowhere", "memory", "database"] = "nowhere"
    missed_rounds: int = 0


class AlarmWatcher:
    """Runs the checks, in one thread; tests pass their own `clock` and `monotonic`."""

    def __init__(
        self,
        services: Services,
        tell: TellAlarm,
        *,
        checks: Sequence[AlarmCheck] = ALARM_CHECKS,
        clock: db.Clock = db.utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._tell, self._checks = services.engine, tell, checks
        self._language = services.settings.language
        self._clock, self._monotonic = clock, monotonic
        self._context = AlarmContext(services, clock, monotonic)
        self._known: dict[str, _KnownAlarm] = {}
        self._is_loaded = False

    def check_all(self) -> None:
        """Run all checks once, and report what has to be reported."""
        self._load()
        seen = {fault.key: fault for fault in self._faults()}
        now_s = self._monotonic()
        for key, fault in seen.items():
            known = self._known.setdefault(key, _KnownAlarm(fault, now_s, self._clock()))
            known.fault, known.missed_rounds = fault, 0
            if not known.is_reported and now_s - known.since_s >= fault.after.total_seconds():
                self._raise(known)
        for key in [key for key in self._known if key not in seen]:
            self._clear(key)

    def _faults(self) -> Iterable[Alarm]:
        self._context.begin()
        for look in self._checks:
            try:
                yield from look(self._context)
            except db.StorageError:
                continue  # the look at the database itself says so
            except Exception:
                # One look must not blind the others.
                log.exception("a look for faults failed", look=look.__name__)

    def _raise(self, known: _KnownAlarm) -> None:
        is_mine = self._claim(known)
        if is_mine and not self._tell(known.fault, "raised", known.since):
            self._release(known)  # nobody was reached: once more at the next look
            return
        known.is_reported = True

    def _clear(self, key: str) -> None:
        """
        Handle a known fault that is absent: forget it if it wasn't reported, end it if it stays
        absent.
        """
        known = self._known[key]
        if not known.is_reported:
            del self._known[key]
            return
        known.missed_rounds += 1
        if known.missed_rounds < _ROUNDS_UNTIL_OVER:
            return
        is_mine = self._end(known)
        if is_mine is None:
            return  # the database is away: at a later look
        if is_mine:
            self._tell(known.fault, "over", known.since)
        del self._known[key]

    def _claim(self, known: _KnownAlarm) -> bool:
        """Check whether this process reports the fault; True if the database can't be asked."""
        if known.fault.is_local:
            known.stored_in = "memory"
            return True
        row = {
            "fault": known.fault.key,
            "since": db.stamp(known.since),
            "told_at": db.stamp(self._clock()),
            "what": known.fault.subject(self._language),
        }
        try:
            with db.writing(self._engine) as connection:
                statement = db.insert_if_missing(self._engine, db.alarms)
                is_first = db.insert_row(connection, statement, row)
        except db.StorageError:
            known.stored_in = "memory"
            return True
        known.stored_in = "database"
        return is_first

    def _release(self, known: _KnownAlarm) -> None:
        if known.stored_in == "database":
            try:
                _delete(self._engine, known.fault.key)
            except db.StorageError:
                log.warning("an alarm that reached nobody could not be released", exc_info=True)

    def _end(self, known: _KnownAlarm) -> bool | None:
        """
        Check whether this process reports that the fault is over; None if the database
        is down.
        """
        if known.stored_in == "memory":
            return True
        try:
            return _delete(self._engine, known.fault.key) > 0
        except db.StorageError:
            return None

    def _load(self) -> None:
        """Load the alarms that were reported before this process began."""
        if self._is_loaded:
            return
        try:
            with db.reading(self._engine) as connection:
                rows = connection.execute(select(db.alarms)).all()
        except db.StorageError:
            return
        self._is_loaded = True
        for row in rows:
            code, _, about = row.fault.partition(":")
            since = db.moment(row.since)
            fault = Alarm(code, about, stored_words=row.what)
            known = _KnownAlarm(
                fault, self._monotonic(), since, is_reported=True, stored_in="database"
            )
            self._known.setdefault(row.fault, known)


def _delete(engine: Engine, key: str) -> int:
    with db.writing(engine) as connection:
        result = connection.execute(delete(db.alarms).where(db.alarms.c.fault == key))
        return int(result.rowcount)
