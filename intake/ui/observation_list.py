"""What was measured, as a list: each observation in words, with its mark and its time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from diagnostics import ObservationSummary
from diagnostics.texts import Language
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

MARKS: Final = {"ok": "✓", "fault": "✗", "unknown": "?", "info": "·"}


def observation_list(lines: Iterable[tuple[ObservationSummary, float]], language: Language) -> str:
    """Markdown of summarised observations, each with its duration in seconds."""
    return "\n".join(
        observation_item(line.mark, line.text, f"{duration_s:.2f}", language)
        for line, duration_s in lines
    )


def observation_item(mark: str, text: str, seconds: str, language: Language) -> str:
    """One item of such a list."""
    duration = words("check_seconds", language, seconds=seconds)
    return f"- {MARKS.get(mark, '·')} {escape_markdown(text, limit=200)} :gray[{duration}]"
