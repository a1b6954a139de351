"""Finds dates that don't exist, such as 31 February."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from typing import Final

from intake.journey.kinds.moment_parsing import MONTH_OF

_NAMES: Final = "|".join(sorted(MONTH_OF, key=len, reverse=True))
_ISO: Final = re.compile(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])")
_DOTTED: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?![\d.])")
_IN_WORDS: Final = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({_NAMES})\b", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(rf"\b({_NAMES})\s+(\d{{1,2}})(?![\d:])", re.IGNORECASE)
_LEAP_YEAR: Final = 2024  # for dates without a year: 29 February may be one


def impossible_dates(line: str) -> Iterator[str]:
    """Yield the dates in a text that don't exist, as they are written."""
    for match in _ISO.finditer(line):
        if not _exists(int(match[2]), int(match[3]), int(match[1])):
            yield match[0]
    for match in _DOTTED.finditer(line):
        if not _exists(int(match[2]), int(match[1]), int(match[3])):
            yield match[0]
    for match in _IN_WORDS.finditer(line):
        if not _exists(MONTH_OF[match[2].casefold()], int(match[1])):
            yield match[0]
    for match in _MONTH_FIRST.finditer(line):
        if not _exists(MONTH_OF[match[1].casefold()], int(match[2])):
            yield match[0]


def _exists(month: int, day: int, year: int = _LEAP_YEAR) -> bool:
    # Two digits are a year of this century, and years count as in the Gregorian calendar.
    year = year + 2000 if year < 100 else year  # noqa: PLR2004 - two digits
    return month in range(1, 13) and 1 <= day <= calendar.monthrange(year, month)[1]
