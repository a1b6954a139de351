"""Format numbers, times and quotations as a language writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime

from intake.tickets.render.words import Phrases

# Characters: a banner or a title from outside is cut, for it is evidence and no letter.
MEASURED_LIMIT: Final = 200
_KILOBYTE = 1024
_PRECISE_BELOW_S = 10


def format_seconds(seconds: float | None, phrases: Phrases) -> str:
    """Return a duration, precise enough to compare; "?" for one that was not measured."""
    if seconds is None:
        return "?"
    number = f"{seconds:.2f}" if seconds < _PRECISE_BELOW_S else f"{seconds:.0f}"
    return f"{_with_decimal_comma(number, phrases)} {phrases.seconds}"


def format_moment(moment: datetime, phrases: Phrases, zone: ZoneInfo | None = None) -> str:
    """
    Return a time in words. UTC, the default zone, is named; the caller names any other
    `zone`.
    """
    local = moment.astimezone(zone or UTC)
    text = format_datetime(local, "d MMM y, HH:mm", locale=phrases.locale)
    return text if zone else f"{text} UTC"


def read_zone(name: str | None) -> ZoneInfo | None:
    """Return the time zone that a browser named; None for an unknown name."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        return None


def format_size(size_bytes: int, phrases: Phrases) -> str:
    """Return a file's size in the unit that fits."""
    small, middle, large = phrases.size
    if size_bytes < _KILOBYTE:
        return f"{size_bytes} {small}"
    if size_bytes < _KILOBYTE**2:
        return f"{size_bytes / _KILOBYTE:.0f} {middle}"
    return f"{_with_decimal_comma(f'{size_bytes / _KILOBYTE**2:.1f}', phrases)} {large}"


def quoted(text: str, language: str) -> str:
    """Return the text in the language's own quotation marks."""
    return f"«{text}»" if language == "ru" else f"“{text}”"


def _with_decimal_comma(number: str, phrases: Phrases) -> str:
    return number.replace(".", ",") if phrases.locale == "ru" else number
