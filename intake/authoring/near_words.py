"""What an author probably meant by a word that isn't known here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from diagnostics.texts import closest_match, load_catalogue

_WORDS: Final = Path(__file__).parent / "texts" / "near_words.yaml"
# Russian letters that look like Latin ones on the screen, and on Russian keyboards share no key.
_LOOKALIKES: Final = str.maketrans("асеорхуіјѕһкАВСЕНКМОРТХУ", "aceopxyijshkABCEHKMOPTXY")
_HIDDEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_HYPHENS: Final = re.compile("[\u2010-\u2015\u2212_]")
_RUSSIAN: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN: Final = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya"
_TRANSLITERATED: Final = dict(zip(_RUSSIAN, _LATIN.split(), strict=True))


@cache
def our_words() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return pairs of our word and what others call it; the first that fits a place is meant."""
    rows: list[dict[str, str]] = load_catalogue(_WORDS)["rows"]
    return tuple((row["ours"], frozenset(row["theirs"].split())) for row in rows)


def in_latin(word: str) -> str:
    """A word with Latin letters for the Russian ones that look like them, nothing hidden in it."""
    return _HIDDEN.sub("", word).translate(_LOOKALIKES)


def transliterated(word: str) -> str:
    """A Russian word in Latin letters, for a name that customers never see."""
    letters = "".join(_TRANSLITERATED.get(letter, letter) for letter in word.lower())
    return letters.replace("_", "")


def lookalike(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one looks like on the screen; None when it is that word."""
    latin = in_latin(word)
    return latin if latin != word and latin in known else None


def near_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that is probably meant: alike, misspelt, or what other tools call it."""
    words = tuple(known)
    hyphened = _HYPHENS.sub("-", word.strip().lower().replace(" ", "-"))
    plain = in_latin(hyphened)
    if plain in words:
        return plain
    for our, theirs in our_words():
        if our in words and (hyphened in theirs or plain in theirs):
            return our
    # Of a finding's code the family is known even where its name isn't.
    family = f"{plain.partition('.')[0]}."
    of_its = [known for known in words if known.startswith(family)] if "." in plain else []
    if len(of_its) > 1:
        return closest_match(word, of_its)
    # A code by the name of its family, where there is but one of it: "ok".
    of_family = [known for known in words if known.startswith(f"{plain}.")]
    return of_family[0] if len(of_family) == 1 else closest_match(word, words)
