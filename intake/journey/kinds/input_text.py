"""What a customer typed as a text: cleaned, not endless, quoted back in hints."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pydantic import JsonValue

from intake.journey.hints import QUOTES
from intake.journey.kinds.spec import Asked, Hint

MAX_ANSWER: Final = 20_000  # characters of one answer; more goes as a file
_MAX_QUOTED = 40

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = _BIDI | frozenset("\u200b\u2060\ufeff\u00ad")
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str, *, keep_lines: bool) -> str:
    """Text without control, invisible and direction characters; its lines kept or made one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(
        character
        for character in text
        if character == "\n"
        or (unicodedata.category(character) not in ("Cc", "Cs") and character not in _INVISIBLE)
    )
    if keep_lines:
        return kept.strip()
    return _SPACES.sub(" ", kept.replace("\n", " ")).strip()


def is_blank(raw: JsonValue) -> bool:
    """Whether nothing was given at all."""
    return raw is None or raw == [] or (isinstance(raw, str) and not clean(raw, keep_lines=True))


def read_line(asked: Asked, raw: JsonValue, *, keep_lines: bool = False) -> str | Hint:
    """The words of an answer, cleaned; a hint when they are no words or far too many."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return asked.hint("shape", can_insist=False)
    text = clean(str(raw), keep_lines=keep_lines)
    if len(text) > MAX_ANSWER:
        size, limit = (f"{count:,}".replace(",", " ") for count in (len(text), MAX_ANSWER))
        return asked.hint("too-long", can_insist=False, size=size, limit=limit)
    return text


def quoted(text: str, language: str) -> str:
    """The customer's own words in a hint, short, between the language's quotation marks."""
    left, right = QUOTES.get(language, QUOTES["en"])
    short = text if len(text) <= _MAX_QUOTED else text[: _MAX_QUOTED - 1].rstrip() + "…"
    return f"{left}{' '.join(short.split())}{right}"
