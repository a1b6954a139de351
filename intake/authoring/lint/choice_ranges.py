"""Checks that choices of counts don't overlap: "up to 5" and "5 to 10" both include 5."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.steps import Ask

_N: Final = r"(\d{1,7})"
_BETWEEN: Final = re.compile(
    rf"(?:from\s+|от\s+|с\s+)?{_N}\s*(?:-|–|—|to|до|по)\s*{_N}", re.IGNORECASE
)
_UP_TO: Final = re.compile(rf"(?:up to|at most|до|не больше|не более)\s+{_N}", re.IGNORECASE)
_BELOW: Final = re.compile(
    rf"(?:less than|fewer than|under|below|меньше|менее)\s+{_N}", re.IGNORECASE
)
_FROM: Final = re.compile(
    rf"(?:at least|from|от|не меньше|не менее)\s+{_N}"
    rf"|{_N}\s*(?:\+|(?:and|or|и|или) (?:more|больше|более|выше))",
    re.IGNORECASE,
)
_ABOVE: Final = re.compile(rf"(?:more than|over|above|больше|более|свыше)\s+{_N}", re.IGNORECASE)
# Counts are whole numbers; for minutes or money, ranges that share one bound do no harm.
_COUNTS: Final = re.compile(r"\bhow many\b|\bсколько\b", re.IGNORECASE)
_MEASURES: Final = re.compile(
    r"second|minute|hour|day|week|month|year|[kmgt]b\b|percent|%|[$€₽]|секунд|минут|час|дн[яе]|день|сут"
    r"|недел|месяц|год|лет\b|[кмгт]б\b|процент|руб",
    re.IGNORECASE,
)


def mistakes_of_ranges(ask: Ask) -> Iterator[Mistake]:
    """Yield one mistake if two choices include the same number."""
    if ask.kind != "choice" or not any(map(_COUNTS.search, ask.text.lines.values())):
        return
    taken: list[tuple[float, float, str]] = []
    for choice, text in ask.choices.items():
        language, line = next(iter(text.lines.items()))
        if _MEASURES.search(line):
            return
        if (span := _span(line.strip(" .,"))) is None:
            continue
        for low, high, label in taken:
            if max(low, span[0]) <= min(high, span[1]):
                shared = f"{max(low, span[0]):g}"
                here = ("choices", choice, language) if language else ("choices", choice)
                words = phrase("ranges-overlap", label=cut(line), other=cut(label), number=shared)
                yield Mistake(here, words)
                return
        taken.append((*span, line))


def _span(line: str) -> tuple[float, float] | None:
    """Return the first and last whole number that a label includes, or None."""
    if (match := _BETWEEN.fullmatch(line)) is not None:
        return float(match[1]), float(match[2])
    if (match := _UP_TO.fullmatch(line)) is not None:
        return 0, float(match[1])
    if (match := _BELOW.fullmatch(line)) is not None:
        return 0, float(match[1]) - 1
    if (match := _FROM.fullmatch(line)) is not None:
        return float(match[1] or match[2]), inf
    if (match := _ABOVE.fullmatch(line)) is not None:
        return float(match[1]) + 1, inf
    return (float(line), float(line)) if line.isdecimal() and line.isascii() else None
