"""A diagnosis and all who wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import structlog

from diagnostics import Observation, Report, SentLetter, Target

log = structlog.get_logger(__name__)

CheckKind = Literal["site", "server", "mail"]
FRESH_FOR_S = 60.0  # a result younger than this is used for the next request


@dataclass(frozen=True)
class RunKey:
    """Equal keys mean the same measurement; one with a letter is for its customer only."""

    kind: str
    scheme: str | None
    host: str
    port: int | None
    path: str
    letter: SentLetter | None = None


@dataclass(frozen=True)
class CheckRequest:
    """What a run measures."""

    target: Target
    kind: CheckKind
    letter: SentLetter | None

    @property
    def key(self) -> RunKey:
        """The key that equal requests share."""
        target = self.target
        address = (target.scheme, target.host, target.port, target.path)
        return RunKey(self.kind, *address, letter=self.letter)


@dataclass
class SharedRun:
    """
    A running or just finished diagnosis.

    Readers take snapshots under the lock; the worker appends. `ended` is set when the report
    is there, or when the run failed for a reason of our own (`why_failed`).
    """

    key: RunKey
    started: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)
    report: Report | None = None
    why_failed: str = ""
    _observations: list[Observation] = field(default_factory=list)
    _readers: list[Callable[[SharedRun], None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, observation: Observation) -> None:
        """Append an observation."""
        with self._lock:
            self._observations.append(observation)

    def snapshot(self) -> tuple[Observation, ...]:
        """Return all observations so far, in the order of arrival."""
        with self._lock:
            return tuple(self._observations)

    def when_ended(self, reader: Callable[[SharedRun], None]) -> None:
        """Call `reader` once when the run ends; at once if it already has."""
        with self._lock:
            # Under the lock, so that a run that ends now either finds the reader or is already
            # marked as ended.
            if not self.ended.is_set():
                self._readers.append(reader)
                return
        reader(self)

    def finish(self, report: Report | None, why_failed: str = "") -> None:
        """End the run and call all readers."""
        with self._lock:
            self.report, self.why_failed = report, why_failed
            self.ended.set()
            readers, self._readers = self._readers, []
        # Outside the lock: readers write to the database, and pages take snapshots meanwhile.
        for reader in readers:
            try:
                reader(self)
            except Exception:
                # Each reader has its own draft: a failure of one must not affect the others.
                log.exception("a result could not be handed on", kind=self.key.kind)

    def is_fresh(self) -> bool:
        """Check whether the run began less than `FRESH_FOR_S` ago and did not fail on our side."""
        return time.monotonic() - self.started < FRESH_FOR_S and not self.why_failed
