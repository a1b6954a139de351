"""What a customer typed as a text: cleaned, not endless, quoted back in hints."""

from __future__ import annotations

from typing import Final

from pydantic import JsonValue

from diagnostics.texts import drop_hidden, one_line
from intake.journey.hints import QUOTES
from intake.journey.kinds.spec import Asked, Hint

MAX_ANSWER: Final = 20_000  # characters of one answer; more goes as a file
_MAX_QUOTED = 40


def is_blank(raw: JsonValue) -> bool:
    """Whether nothing was given at all."""
    return (
        # Hidden characters alone are nothing: a zero-width space must not pass a required question.
        raw is None or raw == [] or (isinstance(raw, str) and not drop_hidden(raw, keep_lines=True))
    )


def read_line(asked: Asked, raw: JsonValue, *, keep_lines: bool = False) -> str | Hint:
    """The words of an answer, cleaned; a hint when they are no words or far too many."""
    # A bool is an int to Python, and no text to anybody.
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return asked.hint("shape", can_insist=False)
    text = drop_hidden(str(raw), keep_lines=keep_lines)
    if len(text) > MAX_ANSWER:
        size, limit = (f"{count:,}".replace(",", " ") for count in (len(text), MAX_ANSWER))
        return asked.hint("too-long", can_insist=False, size=size, limit=limit)
    return text


def quoted(text: str, language: str) -> str:
    """The customer's own words in a hint, short, between the language's quotation marks."""
    left, right = QUOTES.get(language, QUOTES["en"])
    return f"{left}{one_line(text, _MAX_QUOTED)}{right}"
