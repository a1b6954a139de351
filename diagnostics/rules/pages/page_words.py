"""
Search for words in a page: a single wording, a pattern, or a list of wordings by language.

Words are compared in lower case and without the accents of Latin letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

from diagnostics.catalogue.files import load

# Languages whose words aren't separated by spaces, or have prefixes.
UNSPACED: Final = frozenset({"ar", "fa", "he", "ja", "ko", "th", "zh"})
# Latin letters that Unicode doesn't decompose into a letter and an accent (NFD).
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_LAST_LATIN = "\u024f"
_VIETNAMESE = ("\u1e00", "\u1eff")  # Latin Extended Additional
# A title or heading is often "Name of the site - what it says", or the other way round.
_NAME_OF_SITE = r"[^|:–—•·»-]{1,60}"
_SEPARATOR = r"\s*[|–—•·»-]\s*"
_COLON_OR_SEPARATOR = r"\s*[|:–—•·»-]\s*"  # "Acme: maintenance"; "Error: the game" is no notice


def fold(text: str) -> str:
    """Remove the accents of Latin letters; in other scripts, marks make different letters."""
    if text.isascii():
        return text
    return "".join(_bare(char) for char in text.translate(_PLAIN))


def _bare(char: str) -> str:
    first, last = _VIETNAMESE
    is_accented = "\x7f" < char <= _LAST_LATIN or first <= char <= last
    return unicodedata.normalize("NFD", char)[0] if is_accented else char


@lru_cache(maxsize=4096)
def word_pattern(wanted: str) -> re.Pattern[str]:
    """
    Compile the pattern of a signal of words.

    Raises:
        KeyError: it names a list that isn't in `page_words.yaml`.

    """
    if wanted.startswith(("@", "=@")):
        return _whole(wanted[2:]) if wanted[0] == "=" else list_pattern(wanted[1:])
    wanted = fold(wanted)
    mark, rest = wanted[:1], wanted[1:]
    if mark == "=":
        return re.compile(rf"\A[ .!…]*{re.escape(rest)}[ .!…]*\Z")
    if mark == "^":
        return re.compile(rf"\A{re.escape(rest)}")
    if mark == "~":
        begins_a_word = rest[:1].isalnum() or (rest[:1] == "(" and rest[:3] != "(^|")
        return pattern_of(rf"(?<!\w)(?:{rest})" if begins_a_word else rest)
    before = r"(?<!\w)" if wanted[:1].isalnum() else ""
    after = r"(?!\w)" if wanted[-1:].isalnum() else ""
    return re.compile(f"{before}{re.escape(wanted)}{after}")


@lru_cache(maxsize=4096)
def pattern_of(text: str) -> re.Pattern[str]:
    """Compile a pattern; `[^.]{…}` stays within a sentence, which "shop.example" doesn't end."""
    return re.compile(text.replace("[^.]{", r"(?:[^.]|\.(?=\S)){"))


@cache
def list_pattern(name: str) -> re.Pattern[str]:
    """Return one pattern for all wordings of a list."""
    return pattern_of(_alternatives(name))


@cache
def _whole(name: str) -> re.Pattern[str]:
    """Return the pattern of a title that is one of the wordings, perhaps with a site's name."""
    before = rf"(?:{_NAME_OF_SITE}{_COLON_OR_SEPARATOR})?"
    after = rf"(?:{_SEPARATOR}{_NAME_OF_SITE})?"
    return pattern_of(rf"\A\W*{before}\W*(?:{_alternatives(name)})\W*{after}\W*\Z")


@cache
def word_lists() -> Mapping[str, Mapping[str, list[str]]]:
    """Return the lists of `page_words.yaml` by name and language."""
    return load("page_words")


def _alternatives(name: str) -> str:
    return joined_by_language(word_lists()[name])


def joined_by_language(languages: Mapping[str, Iterable[str]]) -> str:
    """Join patterns, as whole words in languages that separate words by spaces."""
    spaced: list[str] = []
    unspaced: list[str] = []
    for language, patterns in languages.items():
        (unspaced if language in UNSPACED else spaced).extend(map(fold, patterns))
    whole_words = [rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)"] if spaced else []
    return "|".join([*whole_words, *unspaced])
