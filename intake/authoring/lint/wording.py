"""Checks a text for shouting, repeated words, and words of two alphabets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.near_words import in_latin
from intake.authoring.problems import Mistake
from intake.journey.model import KeyPath, Text

_SEVERAL_MARKS: Final = re.compile(r"!\s?!|\?!|!\?")
# Abbreviations have capitals too: HTTPS, CNAME. Few Russian ones have more than six letters.
_CAPITALS: Final = re.compile(r"\b[A-Z]{4,}\b|\b[А-ЯЁ]{4,}\b")
_RUSSIAN_CAPITALS: Final = re.compile(r"\b[А-ЯЁ]{7,}\b")
_QUOTED: Final = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|'[^']*'|\{[^{}]*\}")
_DOUBLED: Final = re.compile(r"(?<![\w-])([^\W\d_]{2,})\s+\1(?![\w-])", re.IGNORECASE)
_DOUBLED_RIGHTLY: Final = frozenset(
    ["that", "had", "very", "so", "no", "да", "нет", "так", "еле", "чуть", "вот", "очень", "как"]
)
_MIXED: Final = re.compile(r"[A-Za-zА-Яа-яЁё]+")
_HAS_RUSSIAN: Final = re.compile(r"[А-Яа-яЁё]")
_HAS_LATIN: Final = re.compile(r"[A-Za-z]")
_LOOKS_RUSSIAN: Final = frozenset("aceopxyijshkABCEHKMOPTXYu")


def mistakes_of_wording(path: KeyPath, text: Text) -> Iterator[Mistake]:
    """Yield at most one mistake in the wording of a text, for the languages say the same."""
    # Examples are what a customer types or a program prints.
    if path[-1] == "example":
        return
    for language, line in text.lines.items():
        here = (*path, language) if language else path
        bare = _QUOTED.sub(" ", line)
        if path[0] not in ("choices", "tests") and _is_shouted(bare):
            yield Mistake(here, phrase("shouting", words=cut(line, 40)))
            return
        doubled = _DOUBLED.search(bare)
        if doubled is not None and doubled[1].casefold() not in _DOUBLED_RIGHTLY:
            yield Mistake(here, phrase("word-twice", words=doubled[0]))
            return
        if (mixed := _mixed(bare)) is not None:
            yield Mistake(here, phrase("letters-mixed", word=mixed[0], letter=mixed[1]))
            return


def _is_shouted(line: str) -> bool:
    if _SEVERAL_MARKS.search(line) or _RUSSIAN_CAPITALS.search(line):
        return True
    return "!" in line and _CAPITALS.search(line) is not None


def _mixed(line: str) -> tuple[str, str] | None:
    """Return a word of two alphabets and its letter of the wrong one, or None."""
    for match in _MIXED.finditer(line):
        word = match[0]
        if not (_HAS_RUSSIAN.search(word) and _HAS_LATIN.search(word)):
            continue
        russian, latin = _HAS_RUSSIAN.findall(word), _HAS_LATIN.findall(word)
        if len(russian) >= len(latin) and set(latin) <= _LOOKS_RUSSIAN:
            return word, latin[0]
        if len(latin) > len(russian) and in_latin(word).isascii():
            return word, russian[0]
    return None
