"""A list of observations: each in words, with its mark and its duration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from babel.numbers import format_decimal

from diagnostics import ObservationSummary
from diagnostics.texts import Language
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

MARKS: Final = {"ok": "✓", "fault": "✗", "unknown": "?", "info": "·"}
_NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"


def observation_list(
    lines: Iterable[tuple[ObservationSummary, float]], language: Language, *, digits: int = 2
) -> str:
    """
    Return Markdown of summarised observations, each with its duration in seconds.

    Equal lines (a name asked for IPv4 and for IPv6) are merged, with the longest of their times.
    `digits` is the number of decimals.
    """
    longest: dict[ObservationSummary, float] = {}
    for line, duration_s in lines:
        longest[line] = max(duration_s, longest.get(line, 0.0))
    return "\n".join(
        f"- {MARKS.get(line.mark, '·')} {escape_markdown(line.text, limit=200)}"
        f" :gray[{_duration(duration_s, digits, language)}]"
        for line, duration_s in longest.items()
    )


def _duration(seconds: float, digits: int, language: Language) -> str:
    """Return a number in the language's format with its unit, joined by a no-break space."""
    number = format_decimal(round(seconds, digits), format=f"0.{'0' * digits}", locale=language)
    return words("check_seconds", language, seconds=number).replace(" ", _NO_BREAK_SPACE)
