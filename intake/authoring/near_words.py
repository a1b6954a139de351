"""Guesses which known word an author meant by an unknown one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from diagnostics.texts import closest_match, load_catalogue

_WORDS: Final = Path(__file__).parent / "texts" / "near_words.yaml"
# Russian letters that look like Latin ones on the screen, though their keys differ.
_LOOKALIKES: Final = str.maketrans("асеорхуіјѕһкАВСЕНКМОРТХУ", "aceopxyijshkABCEHKMOPTXY")
_HIDDEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_HYPHENS: Final = re.compile("[\u2010-\u2015\u2212_]")
_RUSSIAN: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN: Final = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
_TRANSLITERATED: Final = dict(zip(_RUSSIAN, _LATIN.split(), strict=True))


@cache
def our_words() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return pairs of our word and other tools' words for it; the first known match wins."""
    rows: list[dict[str, str]] = load_catalogue(_WORDS)["rows"]
    return tuple((row["ours"], frozenset(row["theirs"].split())) for row in rows)


def in_latin(word: str) -> str:
    """Replace Russian letters by Latin lookalikes, and remove invisible characters."""
    return _HIDDEN.sub("", word).translate(_LOOKALIKES)


def transliterated(word: str) -> str:
    """Transliterate a Russian word, for a name that customers never see."""
    letters = "".join(_TRANSLITERATED.get(letter, letter) for letter in word.lower())
    return letters.replace("_", "")


def lookalike(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks the same on the screen; None if there is no other one."""
    latin = in_latin(word)
    return latin if latin != word and latin in known else None


def near_word(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is probably meant: a lookalike, typo or another tool's word."""
    words = tuple(known)
    hyphened = _HYPHENS.sub("-", word.strip().lower().replace(" ", "-"))
    plain = in_latin(hyphened)
    if plain in words:
        return plain
    for our, theirs in our_words():
        if our in words and (hyphened in theirs or plain in theirs):
            return our
    # A finding's code with a known family is compared within that family only.
    family = f"{plain.partition('.')[0]}."
    in_family = [known for known in words if known.startswith(family)] if "." in plain else []
    if len(in_family) > 1:
        return closest_match(word, in_family)
    # The name of a family stands for its code if there is only one: "ok".
    family_codes = [known for known in words if known.startswith(f"{plain}.")]
    return family_codes[0] if len(family_codes) == 1 else closest_match(word, words)
