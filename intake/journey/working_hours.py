"""
A support department's working hours, from `desk.yaml`, and when an answer is due. Pure.

Hours are written in the wall-clock time of a zone and counted in elapsed time: a night in which the
clock is put back is an hour longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from intake.journey.model import Id, Model

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES: Final = 24 * 60
# How far ahead to look; no answer time is promised beyond it.
_MAX_DAYS_AHEAD: Final = 120
_TIMES: Final = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)")
_DATES: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s*(?:to|\.\.)\s*(\d{4}-\d\d-\d\d))?")
_SEPARATOR: Final = re.compile(r"\s*,\s*|(?<=\d)\s+(?=\d)")


@dataclass(frozen=True, slots=True, order=True)
class WorkingSpan:
    """Working hours on one day: from and to, in minutes since midnight by the wall clock."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class HolidaySpan:
    """A range of days without work, both ends included."""

    first: date
    last: date


class QueueHours(Model):
    """The working hours of one queue; an omitted key takes the department's value."""

    zone: str | None = Field(default=None, description="the time zone, such as `Europe/Moscow`")
    week: dict[str, str] | None = Field(
        default=None,
        description="the hours of each day that has some, as `mon-fri: 09:00-13:00, 14:00-18:00`",
    )
    holidays: Annotated[tuple[str, ...], Field(strict=False)] | None = Field(
        default=None,
        description="days without work, `2026-12-31` or `2026-12-31 to 2027-01-08`",
    )


class AlwaysOpen(Model):
    """Tickets that are answered day and night: those of a queue, of a priority, or of both."""

    queue: Id | None = Field(default=None, description="tickets of this queue")
    priority: Id | None = Field(default=None, description="tickets of this priority")


class WorkingHours(Model):
    """When the department works; without such a section every minute counts."""

    zone: str = Field(default="UTC", description="the time zone, such as `Europe/Moscow`")
    week: dict[str, str] = Field(
        min_length=1,
        description="the hours of each day that has some, as `mon-fri: 09:00-13:00, 14:00-18:00`",
    )
    holidays: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=(), description="days without work, `2026-12-31` or `2026-12-31 to 2027-01-08`"
    )
    queues: dict[Id, QueueHours] = Field(
        default_factory=dict, description="other hours of single queues"
    )
    always: Annotated[tuple[AlwaysOpen, ...], Field(strict=False)] = Field(
        default=(),
        description="what is answered day and night: `{queue: servers, priority: urgent}`",
    )

    def is_always_open(self, queue: str, priority: str) -> bool:
        """Check whether tickets of this queue and priority are answered at any hour."""
        return any(
            row.queue in {None, queue} and row.priority in {None, priority} for row in self.always
        )

    def is_open(self, at: datetime, *, queue: str = "", priority: str = "") -> bool:
        """Check whether somebody works on this queue at an aware time."""
        if self.is_always_open(queue, priority):
            return True
        begins = next((begins for begins, _ in self._open_times(at, queue)), None)
        return begins is not None and begins <= at.astimezone(UTC)

    def answer_by(
        self, sent_at: datetime, minutes: int, *, queue: str = "", priority: str = ""
    ) -> datetime | None:
        """
        Return when `minutes` of working time have passed since `sent_at` (aware), in UTC.

        None if the department doesn't work that long within the next `_MAX_DAYS_AHEAD` days.
        """
        if self.is_always_open(queue, priority):
            return sent_at.astimezone(UTC) + timedelta(minutes=minutes)
        left = timedelta(minutes=minutes)
        for begins, ends in self._open_times(sent_at, queue):
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        return None

    def _open_times(self, since: datetime, queue: str) -> Iterator[tuple[datetime, datetime]]:
        """Yield start and end, in UTC, of the queue's working times that end after `since`."""
        own = self.queues.get(queue, QueueHours())
        zone = read_zone_name(own.zone or self.zone) or ZoneInfo("UTC")
        week = _by_day(self.week if own.week is None else own.week)
        holidays = self.holidays if own.holidays is None else own.holidays
        free = [dates for text in holidays if (dates := read_dates(text)) is not None]
        today = since.astimezone(zone).date()
        for day in (today + timedelta(days=number) for number in range(-1, _MAX_DAYS_AHEAD)):
            if any(dates.first <= day <= dates.last for dates in free):
                continue
            for span in week.get(day.weekday(), ()):
                begins = max(_instant(day, span.begins, zone, fold=0), since.astimezone(UTC))
                ends = _instant(day, span.ends, zone, fold=1)
                if begins < ends:
                    yield begins, ends


def read_zone_name(text: str) -> ZoneInfo | None:
    """Return a time zone by its name, or None if there is no such zone."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        return None


def read_days(text: str) -> tuple[int, ...] | None:
    """Return days of the week, Monday 0, from `mon`, `mon-fri` or `sat, sun`, or None."""
    days: list[int] = []
    for part in text.lower().split(","):
        names = [name.strip() for name in re.split("[-–—]", part)]
        if len(names) > 2 or not all(name in DAYS for name in names):  # noqa: PLR2004  from, to
            return None
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        days += [(first + number) % 7 for number in range((last - first) % 7 + 1)]
    return tuple(days)


def read_times(text: str) -> tuple[WorkingSpan, ...] | None:
    """Return the hours of a day from `09:00-13:00, 14:00-18:00`; None if unreadable."""
    spans = []
    for part in _SEPARATOR.split(text.strip()):
        match = _TIMES.fullmatch(part.strip())
        if match is None:
            return None
        hour, minute, last_hour, last_minute = map(int, match.groups())
        span = WorkingSpan(hour * 60 + minute, last_hour * 60 + last_minute)
        if max(minute, last_minute) >= 60 or max(span.begins, span.ends) > _DAY_MINUTES:  # noqa: PLR2004
            return None
        spans.append(span)
    return tuple(spans)


def is_in_order(spans: tuple[WorkingSpan, ...]) -> bool:
    """Check whether each span begins before it ends and after the previous one has ended."""
    edges = [edge for span in spans for edge in (span.begins, span.ends)]
    return all(span.begins < span.ends for span in spans) and edges == sorted(edges)


def read_dates(text: str) -> HolidaySpan | None:
    """Return a day or a range of days; None if unreadable, or if the last is before the first."""
    match = _DATES.fullmatch(text.strip())
    if match is None:
        return None
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2] or match[1])
    except ValueError:
        return None
    return HolidaySpan(first, last) if first <= last else None


def _by_day(week: dict[str, str]) -> dict[int, tuple[WorkingSpan, ...]]:
    by_day: dict[int, tuple[WorkingSpan, ...]] = {}
    for days, times in week.items():
        for day in read_days(days) or ():
            by_day[day] = tuple(sorted((*by_day.get(day, ()), *(read_times(times) or ()))))
    return by_day


def _instant(day: date, minutes: int, zone: ZoneInfo, *, fold: int) -> datetime:
    """
    Convert a wall-clock time to UTC.

    `fold` chooses between the two instants of a time that the clock shows twice (PEP 495): the
    first for a beginning, the second for an end, so that the hour between them counts as worked.
    """
    day += timedelta(days=minutes // _DAY_MINUTES)  # 24:00 is the next day's beginning
    wall = time(minutes % _DAY_MINUTES // 60, minutes % 60, fold=fold)
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)
