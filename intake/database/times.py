"""Times as they are stored, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time, aware: the clock of everything that takes a `Clock`."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """
    Return a time as it is stored.

    Raises:
        ValueError: it has no time zone, so it would mean another hour elsewhere.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    # `isoformat` leaves out microseconds of 0; one width for all makes the texts sort as times.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stored: str) -> datetime:
    """Return a stored time as an aware datetime."""
    return datetime.fromisoformat(stored)
