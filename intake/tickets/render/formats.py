"""Numbers, time zones and quotations as a language writes them."""

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
    """A duration, precise enough to compare; "?" for one that was not measured."""
    if seconds is None:
        return "?"
    number = f"{seconds:.2f}" if seconds < _PRECISE_BELOW_S else f"{seconds:.0f}"
    return f"{_with_comma(number, phrases)} {phrases.seconds}"


def format_moment(moment: datetime, phrases: Phrases, zone: ZoneInfo | None = None) -> str:
    """A moment in words, in UTC unless a zone is given; UTC is named, a zone by the caller."""
    local = moment.astimezone(zone or UTC)
    text = format_datetime(local, "d MMM y, HH:mm", locale=phrases.locale)
    return text if zone else f"{text} UTC"


def read_zone(name: str | None) -> ZoneInfo | None:
    """A time zone as a browser named it; None for a name that is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        return None


def format_size(size_bytes: int, phrases: Phrases) -> str:
    """A file's size in the unit that fits."""
    small, middle, large = phrases.size
    if size_bytes < _KILOBYTE:
        return f"{size_bytes} {small}"
    if size_bytes < _KILOBYTE**2:
        return f"{size_bytes / _KILOBYTE:.0f} {middle}"
    return f"{_with_comma(f'{size_bytes / _KILOBYTE**2:.1f}', phrases)} {large}"


def quoted(text: str, language: str) -> str:
    """In the language's own quotation marks."""
    return f"«{text}»" if language == "ru" else f"“{text}”"


def _with_comma(number: str, phrases: Phrases) -> str:
    return number.replace(".", ",") if phrases.locale == "ru" else number
