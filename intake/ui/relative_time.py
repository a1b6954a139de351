"""Relative times for lists, and times on the reader's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.tickets.render.promise import time_with_zone
from intake.ui.texts import words


def time_ago(since: datetime, language: Language) -> str:
    """Return the elapsed time in words, from "just now" to days."""
    passed = datetime.now(UTC) - since
    if passed < timedelta(minutes=1):
        return words("just_now", language)
    if passed < timedelta(hours=1):
        return words("minutes_ago", language, count=int(passed.total_seconds() // 60))
    if passed < timedelta(days=1):
        return words("hours_ago", language, count=int(passed.total_seconds() // 3600))
    return words("days_ago", language, count=passed.days)


def clock_time(moment: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return the time in a zone, with the day unless that is today there."""
    local = moment.astimezone(zone)
    pattern = "HH:mm" if is_today(moment, zone) else "d MMMM, HH:mm"
    return format_datetime(local, pattern, locale=language)


def customers_time(
    moment: datetime, language: Language, *, reader: ZoneInfo | None, ours: ZoneInfo
) -> str:
    """Return the time in the customer's zone, or in the operator's with its name if unknown."""
    if reader is not None:
        return clock_time(moment, reader, language)
    return time_with_zone(clock_time(moment, ours, language), ours, language)


def is_today(moment: datetime, zone: ZoneInfo) -> bool:
    """Check whether a moment is today in a zone."""
    return moment.astimezone(zone).date() == datetime.now(zone).date()


def drafts_kept_for(language: Language) -> str:
    """Return how long unsent answers are stored, like "24 hours"."""
    span = timedelta(hours=services().settings.keep_drafts_hours)
    # The threshold is never reached, so that a day reads "24 hours", which is clearer than "1 day".
    return format_timedelta(span, granularity="hour", threshold=float("inf"), locale=language)
