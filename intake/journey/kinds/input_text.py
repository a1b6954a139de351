"""Text that a customer typed: cleaned, limited in length, quote in hints."""

from __future__ import annotations

from typing import Final

from pydantic import JsonValue

from diagnostics.texts import drop_hidden, one_line
from intake.journey.hints import QUOTES
from intake.journey.kinds.spec import AnswerContext, Hint

MAX_ANSWER: Final = 20_000  # characters of one answer; more goes as a file
_MAX_QUOTED = 40


def is_blank(raw: JsonValue) -> bool:
    """Check whether an answer is empty."""
    return (
        # Hidden characters count as empty: a zero-width space must not pass a required question.
        raw is None or raw == [] or (isinstance(raw, str) and not drop_hidden(raw, keep_lines=True))
    )


def read_line(asked: AnswerContext, raw: JsonValue, *, keep_lines: bool = False) -> str | Hint:
    """Return the cleaned text of an answer, or a hint if it is no text or too long."""
    # bool is a subclass of int, but not a text answer.
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return asked.hint("shape", can_insist=False)
    text = drop_hidden(str(raw), keep_lines=keep_lines)
    if len(text) > MAX_ANSWER:
        size, limit = (f"{count:,}".replace(",", " ") for count in (len(text), MAX_ANSWER))
        return asked.hint("too-long", can_insist=False, size=size, limit=limit)
    return text


def quote(text: str, language: str) -> str:
    """Return the customer's words, shortened, in the language's quotation marks."""
    left, right = QUOTES.get(language, QUOTES["en"])
    return f"{left}{one_line(text, _MAX_QUOTED)}{right}"
