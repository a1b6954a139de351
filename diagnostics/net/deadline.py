"""When a probe began and how much time it has left."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Stopwatch:
    """Started when made; wall clock for people, monotonic for durations."""

    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _started: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        """Seconds since it was made."""
        return round(time.monotonic() - self._started, 6)


@dataclass(frozen=True)
class Deadline:
    """A moment on the monotonic clock after which nobody waits any more."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The moment that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def within(self, seconds: float) -> Deadline:
        """The earlier of this deadline and that many seconds from now."""
        return Deadline(min(self.at, time.monotonic() + seconds))

    @property
    def left_s(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at - time.monotonic())
