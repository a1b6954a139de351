"""
The checks for alarms, one function for each kind of fault; each yields the faults that
exist now.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import psutil

from intake import database as db
from intake.bootstrap import Services
from intake.operations.alarms.alarm import Alarm
from intake.operations.alarms.outbox_alarms import late_deliveries, losing_desks, paused_desks
from intake.operations.alarms.public_certificate import check_certificate
from intake.operations.canary_history import last_run
from intake.operations.doctor.machine import examine_clock
from intake.operations.doctor.stored import newest_moment
from intake.operations.heartbeats import BACKUP_HEARTBEAT, last_heartbeat
from intake.operations.open_files import open_files_limit
from intake.operations.readiness import CHECKS, OK
from intake.operations.retention.purge import PURGE_HEARTBEAT
from intake.outbox import undelivered

_SHORT_DELAY: Final = timedelta(minutes=1)
_LONG_DELAY: Final = timedelta(minutes=3)
_CACHE_S: Final = 300.0  # checks that send requests don't run in every round
_JUMP_S: Final = 120.0
_JUMP_REPORTED_S: Final = 1800.0
_BACKUP_OLD: Final = timedelta(days=2)
_PURGE_OVERDUE: Final = timedelta(hours=3)
_WORKER_AWAY: Final = timedelta(minutes=5)
_FILES_SHARE: Final = 0.8


@dataclass(slots=True)
class AlarmContext:
    """What all checks share: the service, the time, and cached results of expensive checks."""

    services: Services
    clock: db.Clock
    monotonic: Callable[[], float]
    now: datetime = field(init=False)
    _cache: dict[str, tuple[float, tuple[Alarm, ...]]] = field(default_factory=dict)
    _last: tuple[datetime, float] | None = None
    _jumped: tuple[float, int] | None = None

    def begin(self) -> None:
        """Begin a round of checks, and note by how much the clock jumped since the last one."""
        before, self.now, now_s = self._last, self.clock(), self.monotonic()
        self._last = (self.now, now_s)
        if before is None:
            return
        moved_s = (self.now - before[0]).total_seconds() - (now_s - before[1])
        if abs(moved_s) > _JUMP_S:
            self._jumped = (now_s, round(moved_s))

    def jump(self) -> int | None:
        """Return by how many seconds the clock jumped in the last half hour; None if it didn't."""
        if self._jumped is None or self.monotonic() - self._jumped[0] > _JUMP_REPORTED_S:
            return None
        return self._jumped[1]

    def cached(self, name: str, check: Callable[[], Iterable[Alarm]]) -> tuple[Alarm, ...]:
        """Return the result of `check`, at most five minutes old."""
        asked_at, faults = self._cache.get(name, (float("-inf"), ()))
        if self.monotonic() - asked_at >= _CACHE_S:
            faults = tuple(check())
            self._cache[name] = (self.monotonic(), faults)
        return faults


AlarmCheck = Callable[[AlarmContext], Iterable[Alarm]]


def check_requirements(context: AlarmContext) -> Iterator[Alarm]:
    """Check the database, the disk and the resolver, as `/readyz` does."""
    for name, after in (
        ("database", _SHORT_DELAY),
        ("disk", _SHORT_DELAY),
        ("resolver", _LONG_DELAY),
    ):
        word = CHECKS[name](context.services)
        if word != OK:
            yield Alarm(name, values={"word": word}, after=after)


def check_checklists(context: AlarmContext) -> Iterator[Alarm]:
    """Report checklists that aren't fit to go live; an author who saves twice has five minutes."""
    for name, file in context.services.checklists.files.items():
        if not file.is_live:
            yield Alarm("checklist", name, after=timedelta(minutes=5))


def check_worker(context: AlarmContext) -> Iterator[Alarm]:
    """Check the delivery thread."""
    if not context.services.worker.is_alive:
        yield Alarm("worker", after=_SHORT_DELAY, is_local=True)


def check_outbox(context: AlarmContext) -> Iterator[Alarm]:
    """Report desks whose deliveries are late or parked, that are paused, or that lose something."""
    engine = context.services.engine
    paused = tuple(paused_desks(engine, context.now))
    yield from paused
    waiting_for_pause = {fault.about for fault in paused}
    yield from (
        fault
        for fault in late_deliveries(engine, context.now)
        if fault.about not in waiting_for_pause
    )
    for row in undelivered(engine):
        if row.state == "parked":
            # The delivery itself mails each cause, with the ticket's number.
            yield Alarm("parked", row.desk, {"count": row.count}, is_mailed=True)
    yield from losing_desks(engine, context.now)


def check_clock(context: AlarmContext) -> Iterator[Alarm]:
    """Compare the clock with itself, with the newest stored row, and with sites known to work."""
    if (seconds := context.jump()) is not None:
        yield Alarm("clock-jumped", values={"seconds": f"{seconds:+d}"}, is_local=True)

    def compare() -> Iterator[Alarm]:
        newest = newest_moment(context.services.engine)
        for examination in examine_clock(context.services.settings, newest):
            if examination.condition == "bad":
                what = examination.words(context.services.settings.language)
                yield Alarm("clock", values={"what": what})

    yield from context.cached("clock", compare)


def check_proxy(context: AlarmContext) -> Iterator[Alarm]:
    """Check the certificate that customers' browsers see."""
    settings = context.services.settings
    yield from context.cached(
        "certificate",
        lambda: check_certificate(settings.public_url, settings.ca_file, context.now),
    )


def check_backup(context: AlarmContext) -> Iterator[Alarm]:
    """Check the age of the last backup, once there was one."""
    at = last_heartbeat(context.services.engine, BACKUP_HEARTBEAT)
    if at is not None and context.now - at > _BACKUP_OLD:
        yield Alarm("backup-old", values={"at": _minute(at)})


def check_canary(context: AlarmContext) -> Iterator[Alarm]:
    """Check that `intake canary` still runs; it reports its own failures itself."""
    run = last_run(context.services.engine)
    if run is None:
        return
    within = timedelta(minutes=context.services.settings.canary_within_minutes)
    if context.now - run.at > within:
        yield Alarm("canary-stopped", values={"at": _minute(run.at)})


def check_probe_workers(context: AlarmContext) -> Iterator[Alarm]:
    """Report workers on other machines that were connected and no longer are."""
    for row in context.services.workers.rows():
        if row.seen_at is not None and context.now - row.seen_at > _WORKER_AWAY:
            yield Alarm("probe-worker", row.name, {"at": _minute(row.seen_at)})


def check_files(context: AlarmContext) -> Iterator[Alarm]:
    """Check how many of the files that this process may open are open."""
    del context
    used, limit = psutil.Process(os.getpid()).num_fds(), open_files_limit()
    if used > _FILES_SHARE * limit:
        values = {"used": used, "limit": limit}
        yield Alarm("files", values=values, after=_SHORT_DELAY, is_local=True)


def check_tidying(context: AlarmContext) -> Iterator[Alarm]:
    """Check that the hourly purge runs; after a start it has five minutes."""
    at = last_heartbeat(context.services.engine, PURGE_HEARTBEAT)
    if at is not None and context.now - at > _PURGE_OVERDUE:
        yield Alarm("tidying", values={"at": _minute(at)}, after=timedelta(minutes=5))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


ALARM_CHECKS: Final[tuple[AlarmCheck, ...]] = (
    check_requirements,
    check_checklists,
    check_worker,
    check_outbox,
    check_clock,
    check_proxy,
    check_backup,
    check_canary,
    check_probe_workers,
    check_files,
    check_tidying,
)
