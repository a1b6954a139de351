"""A moment as support reads it at any later time: no "today", the zone, and the time in UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from pydantic import JsonValue

from intake.journey.hints import QUOTES
from intake.journey.kinds.moment_parsing import QUICK_PICKS, zone_of
from intake.journey.model import Text

# A time only, as our own input writes it too: there are no words worth quoting.
_BARE_TIME: Final = re.compile(r"[\d\s:.,/TtZz+-]*(?:\s?[AaPp][Mm])?")
_ANSWERED: Final = Text({"en": "{words}, said {when}", "ru": "{words}, сказано {when}"})


def display_absolute(
    value: Mapping[str, JsonValue],
    language: str,
    *,
    answered_at: datetime | None,
    is_customers: bool = False,
) -> str:
    """
    Return a moment as an absolute time.

    For example «22 ноября 2026, 14:20 (Europe/Moscow, 11:20 UTC): «час назад»». The customer's
    words follow if they say more than a time. Words that name no day ("long ago") are dated by
    `answered_at`, when the customer answered. `is_customers`: for the customer, in their own time
    zone, without the zone and UTC.
    """
    zone = zone_of(str(value.get("zone") or "UTC"))
    words = str(value.get("said") or "")
    is_plain = words in QUICK_PICKS or _BARE_TIME.fullmatch(words)
    at = _moment_of(value.get("at"))
    if at is not None:
        when = _date_and_time(at, zone, language, is_customers=is_customers)
    elif days := _days_of(value):
        when = _days_in_words(*days, language)
        when = when if is_customers else f"{when} ({zone.key})"
    elif answered_at is not None and words:
        when = _date_and_time(answered_at, zone, language, is_customers=is_customers)
        return _ANSWERED.in_(language).format(words=_quoted(words, language), when=when)
    else:
        return words
    return when if is_plain else f"{when}: {_quoted(words, language)}"


def _moment_of(at: JsonValue) -> datetime | None:
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def _days_of(value: Mapping[str, JsonValue]) -> tuple[date, date] | None:
    first, last = value.get("from"), value.get("to")
    if not isinstance(first, str) or not isinstance(last, str):
        return None
    return date.fromisoformat(first), date.fromisoformat(last)


def _date_and_time(moment: datetime, zone: ZoneInfo, language: str, *, is_customers: bool) -> str:
    """Return the time in the customer's zone, and for staff in UTC, which logs use."""
    local, utc = moment.astimezone(zone), moment.astimezone(UTC)
    at_customers = f"{_day(local.date(), language)}, {_clock(local, language)}"
    if is_customers and zone.key != "UTC":
        return at_customers
    if not local.utcoffset():
        return f"{at_customers} UTC"
    in_utc = _clock(utc, language)
    if utc.date() != local.date():
        in_utc = f"{format_date(utc.date(), 'd MMMM', locale=language)}, {in_utc}"
    return f"{at_customers} ({zone.key}, {in_utc} UTC)"


def _days_in_words(first: date, last: date, language: str) -> str:
    if first == last:
        return _day(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last, language)}"
    start = format_date(first, "d MMMM" if first.year == last.year else "d MMMM y", locale=language)
    return f"{start} – {_day(last, language)}"


def _day(day: date, language: str) -> str:
    return format_date(day, "d MMMM y", locale=language)


def _clock(moment: datetime, language: str) -> str:
    return format_time(moment.time(), "HH:mm", locale=language)


def _quoted(words: str, language: str) -> str:
    left, right = QUOTES.get(language, QUOTES["en"])
    return f"{left}{words}{right}"
