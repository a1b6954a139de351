"""What was measured, as a list: each observation in words, with its mark and its time."""

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
    Markdown of summarised observations, each with its duration in seconds.

    Lines of the same words (a name asked for IPv4 and for IPv6) are one, which took the longest
    of their times. `digits` stand behind the point of a time.
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
    """A number as the language writes it, and its unit, never parted by the end of a line."""
    number = format_decimal(round(seconds, digits), format=f"0.{'0' * digits}", locale=language)
    return words("check_seconds", language, seconds=number).replace(" ", _NO_BREAK_SPACE)
