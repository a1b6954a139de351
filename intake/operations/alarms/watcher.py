"""
The watcher: looks once a minute, and tells each fault once, and when it is over.

What was told is kept in the database, so that a restart tells nothing twice and of several
processes one tells. Without the database it is kept in memory: that fault is told as well.
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
from intake.operations.alarms.alarm_checks import ALARM_CHECKS, AlarmCheck, LookAround
from intake.operations.alarms.fault import Alarm
from intake.operations.alarms.messenger import AlarmState

log = structlog.get_logger(__name__)

EVERY_S: Final = 60.0
_GONE_FOR: Final = 3  # looks without it, before it is over
TellAlarm = Callable[[Alarm, AlarmState, datetime], bool]


@dataclass(slots=True)
class _KnownAlarm:
    """A fault that is or was seen: since when, whether it was told, how many looks missed it."""

    fault: Alarm
    since_s: float
    since: datetime
    is_reported: bool = False
    kept: Literal["nowhere", "memory", "database"] = "nowhere"
    gone_for: int = 0


class AlarmWatcher:
    """One look after the other, in one thread; `clock` and `monotonic` are a test's to move."""

    def __init__(
        self,
        services: Services,
        tell: TellAlarm,
        *,
        looks: Sequence[AlarmCheck] = ALARM_CHECKS,
        clock: db.Clock = db.utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._tell, self._looks = services.engine, tell, looks
        self._language = services.settings.language
        self._clock, self._monotonic = clock, monotonic
        self._around = LookAround(services, clock, monotonic)
        self._known: dict[str, _KnownAlarm] = {}
        self._is_loaded = False

    def check_all(self) -> None:
        """Look at everything once, and tell what is to be told."""
        self._load()
        seen = {fault.key: fault for fault in self._faults()}
        now_s = self._monotonic()
        for key, fault in seen.items():
            known = self._known.setdefault(key, _KnownAlarm(fault, now_s, self._clock()))
            known.fault, known.gone_for = fault, 0
            if not known.is_reported and now_s - known.since_s >= fault.after.total_seconds():
                self._raise(known)
        for key in [key for key in self._known if key not in seen]:
            self._miss(key)

    def _faults(self) -> Iterable[Alarm]:
        self._around.begin()
        for look in self._looks:
            try:
                yield from look(self._around)
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

    def _miss(self, key: str) -> None:
        """A fault isn't seen: forgotten where nobody was told, over where it stays away."""
        known = self._known[key]
        if not known.is_reported:
            del self._known[key]
            return
        known.gone_for += 1
        if known.gone_for < _GONE_FOR:
            return
        is_mine = self._end(known)
        if is_mine is None:
            return  # the database is away: at a later look
        if is_mine:
            self._tell(known.fault, "over", known.since)
        del self._known[key]

    def _claim(self, known: _KnownAlarm) -> bool:
        """Whether it is on this process to tell; True where the database can't be asked."""
        if known.fault.is_local:
            known.kept = "memory"
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
                is_first = db.inserted(connection, statement, row)
        except db.StorageError:
            known.kept = "memory"
            return True
        known.kept = "database"
        return is_first

    def _release(self, known: _KnownAlarm) -> None:
        if known.kept == "database":
            try:
                _delete(self._engine, known.fault.key)
            except db.StorageError:
                log.warning("an alarm that reached nobody could not be released", exc_info=True)

    def _end(self, known: _KnownAlarm) -> bool | None:
        """Whether this process tells that it is over; None where the database is away."""
        if known.kept == "memory":
            return True
        try:
            return _delete(self._engine, known.fault.key) > 0
        except db.StorageError:
            return None

    def _load(self) -> None:
        """What was told before this process began; a fault of then is over if it isn't seen."""
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
            fault = Alarm(code, about, kept_words=row.what)
            known = _KnownAlarm(fault, self._monotonic(), since, is_reported=True, kept="database")
            self._known.setdefault(row.fault, known)


def _delete(engine: Engine, key: str) -> int:
    with db.writing(engine) as connection:
        result = connection.execute(delete(db.alarms).where(db.alarms.c.fault == key))
        return int(result.rowcount)
