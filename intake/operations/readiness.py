"""
Whether this process can do its work: one word for each thing that it needs.

Never a name, an address or a driver's message: `/readyz` answers strangers too. The state of desks
doesn't count: an unreachable desk makes tickets wait, and the alarm for that is their age.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from diagnostics import resolver_answers
from intake import database as db
from intake.bootstrap import Services
from intake.operations.canary_history import last_run
from intake.operations.disk_space import disk_space
from intake.operations.heartbeats import write_heartbeat
from intake.outbox import DeskPauses

OK: Final = "ok"
UNTRIED_FOR: Final = timedelta(minutes=15)  # the worker looks every five minutes at the latest
_CACHE_S: Final = 5.0  # a flood of requests costs one check
_RESOLVER_CACHE_S: Final = 30.0
_HEARTBEAT: Final = "readiness"

ReadinessCheck = Callable[[Services], str]


class Readiness:
    """Runs the checks, and caches each result for some seconds."""

    def __init__(self, services: Services, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._services, self._clock = services, clock
        self._lock = threading.Lock()
        self._words: dict[str, tuple[float, str]] = {}

    def words(self) -> Mapping[str, str]:
        """Return a word for each check, in their order: "ok", or what is wrong."""
        with self._lock:  # concurrent callers get the same words
            return {name: self._word(name) for name in CHECKS}

    def canary(self) -> str:
        """Return a word about the canary, which isn't one of the checks."""
        with self._lock:
            return self._cached("canary", canary_word)

    def _word(self, name: str) -> str:
        return self._cached(name, CHECKS[name])

    def _cached(self, name: str, check: ReadinessCheck) -> str:
        asked_at, word = self._words.get(name, (float("-inf"), ""))
        cache_s = _RESOLVER_CACHE_S if (name, word) == ("resolver", OK) else _CACHE_S
        if self._clock() - asked_at >= cache_s:
            word = check(self._services)
            self._words[name] = (self._clock(), word)
        return word


def _database(services: Services) -> str:
    try:
        write_heartbeat(services.engine, _HEARTBEAT)
    except db.StorageBusy:
        return "busy"
    except db.StorageFull:
        return "full"
    except db.StorageError:
        return "gone"
    return OK


def _disk(services: Services) -> str:
    try:
        return "full" if disk_space(services.settings.data).is_full else OK
    except OSError:
        return "gone"


def _outbox(services: Services) -> str:
    """Check that due deliveries are tried; else the worker is dead or hangs."""
    now = db.utc_now()
    try:
        paused = DeskPauses(services.engine).all()
        desks = [desk.name for desk in services.worker.desks if desk.name not in paused]
        due = services.outbox.next_due(desks)
    except db.StorageError:
        return "unknown"
    return "stuck" if due is not None and now - due > UNTRIED_FOR else OK


def _resolver(services: Services) -> str:
    return OK if resolver_answers(services.settings.resolvers) else "silent"


def _checklists(services: Services) -> str:
    return OK if services.checklists else "none"


def canary_word(services: Services) -> str:
    """Return how the last walk of `intake canary` went; it decides nothing about this process."""
    try:
        run = last_run(services.engine)
    except db.StorageError:
        return "unknown"
    if run is None:
        return "none"
    within = timedelta(minutes=services.settings.canary_within_minutes)
    if db.utc_now() - run.at > within:
        return "stopped"
    return "failed" if run.failed_step else OK


CHECKS: Final[Mapping[str, ReadinessCheck]] = {
    "database": _database,
    "disk": _disk,
    "outbox": _outbox,
    "resolver": _resolver,
    "checklists": _checklists,
}
