"""What is looked at, one function a kind of fault; each gives the faults that there are now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import psutil

from intake import database as db
from intake.bootstrap import Services
from intake.operations.alarms.fault import Alarm
from intake.operations.alarms.outbox_alarms import late_deliveries, losing_desks, paused_desks
from intake.operations.alarms.public_certificate import look_at_certificate
from intake.operations.canary_history import last_run
from intake.operations.doctor.machine import examine_clock
from intake.operations.doctor.stored import newest_moment
from intake.operations.heartbeats import BACKUP_HEARTBEAT, last_heartbeat
from intake.operations.open_files import open_files_limit
from intake.operations.readiness import CHECKS, OK
from intake.operations.retention.purge import TIDIED
from intake.outbox import undelivered

_SOON: Final = timedelta(minutes=1)
_A_WHILE: Final = timedelta(minutes=3)
_RARELY_S: Final = 300.0  # what asks others isn't asked at every look
_JUMP_S: Final = 120.0
_JUMP_SHOWN_S: Final = 1800.0
_BACKUP_OLD: Final = timedelta(days=2)
_UNTIDIED: Final = timedelta(hours=3)
_WORKER_AWAY: Final = timedelta(minutes=5)
_FILES_SHARE: Final = 0.8


@dataclass(slots=True)
class LookAround:
    """What all looks share: the service, the time, and what is asked of others only rarely."""

    services: Services
    clock: db.Clock
    monotonic: Callable[[], float]
    now: datetime = field(init=False)
    _rare: dict[str, tuple[float, tuple[Alarm, ...]]] = field(default_factory=dict)
    _last: tuple[datetime, float] | None = None
    _jumped: tuple[float, int] | None = None

    def begin(self) -> None:
        """A look begins; notes by how much the clock moved since the last one."""
        before, self.now, now_s = self._last, self.clock(), self.monotonic()
        self._last = (self.now, now_s)
        if before is None:
            return
        moved_s = (self.now - before[0]).total_seconds() - (now_s - before[1])
        if abs(moved_s) > _JUMP_S:
            self._jumped = (now_s, round(moved_s))

    def jump(self) -> int | None:
        """By how many seconds the clock jumped lately."""
        if self._jumped is None or self.monotonic() - self._jumped[0] > _JUMP_SHOWN_S:
            return None
        return self._jumped[1]

    def rarely(self, name: str, look: Callable[[], Iterable[Alarm]]) -> tuple[Alarm, ...]:
        """What `look` gives, or gave some minutes ago."""
        asked_at, faults = self._rare.get(name, (float("-inf"), ()))
        if self.monotonic() - asked_at >= _RARELY_S:
            faults = tuple(look())
            self._rare[name] = (self.monotonic(), faults)
        return faults


AlarmCheck = Callable[[LookAround], Iterable[Alarm]]


def look_at_needs(around: LookAround) -> Iterator[Alarm]:
    """The database, the disk and the resolver, as `/readyz` tries them."""
    for name, after in (("database", _SOON), ("disk", _SOON), ("resolver", _A_WHILE)):
        word = CHECKS[name](around.services)
        if word != OK:
            yield Alarm(name, values={"word": word}, after=after)


def look_at_checklists(around: LookAround) -> Iterator[Alarm]:
    """Files that are not fit to go live; an author who saves twice is given some minutes."""
    for name, file in around.services.checklists.files.items():
        if not file.is_live:
            yield Alarm("checklist", name, after=timedelta(minutes=5))


def look_at_worker(around: LookAround) -> Iterator[Alarm]:
    """The delivering thread."""
    if not around.services.worker.is_alive:
        yield Alarm("worker", after=_SOON, is_local=True)


def look_at_outbox(around: LookAround) -> Iterator[Alarm]:
    """Deliveries that are late, parked, or whose desk is paused or loses something."""
    engine = around.services.engine
    paused = tuple(paused_desks(engine, around.now))
    yield from paused
    waiting_for_pause = {fault.about for fault in paused}
    yield from (
        fault
        for fault in late_deliveries(engine, around.now)
        if fault.about not in waiting_for_pause
    )
    for row in undelivered(engine):
        if row.state == "parked":
            # The delivery itself mails each cause, with the ticket's number.
            yield Alarm("parked", row.desk, {"count": row.count}, is_mailed=True)
    yield from losing_desks(engine, around.now)


def look_at_clock(around: LookAround) -> Iterator[Alarm]:
    """The clock against itself, the newest row, and sites known to work."""
    if (seconds := around.jump()) is not None:
        yield Alarm("clock-jumped", values={"seconds": f"{seconds:+d}"}, is_local=True)

    def compare() -> Iterator[Alarm]:
        newest = newest_moment(around.services.engine)
        for examination in examine_clock(around.services.settings, newest):
            if examination.condition == "bad":
                what = examination.words(around.services.settings.language)
                yield Alarm("clock", values={"what": what})

    yield from around.rarely("clock", compare)


def look_at_proxy(around: LookAround) -> Iterator[Alarm]:
    """The certificate that customers' browsers meet."""
    settings = around.services.settings
    yield from around.rarely(
        "certificate",
        lambda: look_at_certificate(settings.public_url, settings.ca_file, around.now),
    )


def look_at_backup(around: LookAround) -> Iterator[Alarm]:
    """The age of the last backup, once there was one."""
    at = last_heartbeat(around.services.engine, BACKUP_HEARTBEAT)
    if at is not None and around.now - at > _BACKUP_OLD:
        yield Alarm("backup-old", values={"at": _minute(at)})


def look_at_canary(around: LookAround) -> Iterator[Alarm]:
    """Whether `intake canary` still runs; where it fails it says so itself."""
    run = last_run(around.services.engine)
    if run is None:
        return
    within = timedelta(minutes=around.services.settings.canary_within_minutes)
    if around.now - run.at > within:
        yield Alarm("canary-stopped", values={"at": _minute(run.at)})


def look_at_probe_workers(around: LookAround) -> Iterator[Alarm]:
    """Workers on other machines that were there and are away."""
    for row in around.services.workers.rows():
        if row.seen_at is not None and around.now - row.seen_at > _WORKER_AWAY:
            yield Alarm("probe-worker", row.name, {"at": _minute(row.seen_at)})


def look_at_files(around: LookAround) -> Iterator[Alarm]:
    """How many files this process has open of those that it may have."""
    del around
    used, limit = psutil.Process(os.getpid()).num_fds(), open_files_limit()
    if used > _FILES_SHARE * limit:
        values = {"used": used, "limit": limit}
        yield Alarm("files", values=values, after=_SOON, is_local=True)


def look_at_tidying(around: LookAround) -> Iterator[Alarm]:
    """The hourly deletion of what is old; after a start it is given some minutes."""
    at = last_heartbeat(around.services.engine, TIDIED)
    if at is not None and around.now - at > _UNTIDIED:
        yield Alarm("tidying", values={"at": _minute(at)}, after=timedelta(minutes=5))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


ALARM_CHECKS: Final[tuple[AlarmCheck, ...]] = (
    look_at_needs,
    look_at_checklists,
    look_at_worker,
    look_at_outbox,
    look_at_clock,
    look_at_proxy,
    look_at_backup,
    look_at_canary,
    look_at_probe_workers,
    look_at_files,
    look_at_tidying,
)
