"""Splits a text into comparable words: one spelling, one alphabet a word, stems by language."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Final

from Stemmer import Stemmer

from diagnostics.texts import LANGUAGES

MAX_READ: Final = 4_000  # characters of a text; the problem is named in its first lines
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ`´")
_NEGATION: Final = re.compile(
    r"\b(ca|could|did|do|does|had|has|have|is|are|was|were|wo|would|should)nt\b|\bcannot\b"
)
_FILE_EXTENSIONS: Final = frozenset({"php", "html", "htm", "js", "log", "txt", "zip"})
_CYRILLIC_ZONES: Final = frozenset({"рф", "рус", "онлайн", "сайт", "москва", "дети", "бел", "укр"})
_LABEL: Final = re.compile(r"[\w-]{1,63}")
_IGNORED: Final = frozenset({"почти"})  # its stem is that of "почта"
_STEMMERS: Final = {"en": "english", "ru": "russian"}
# Letters that look alike in both alphabets, in the same order.
_LATIN_ALIKE: Final = "aceopxykmthbri"
_CYRILLIC_ALIKE: Final = "асеорхукмтнвгі"
_TO_CYRILLIC: Final = str.maketrans(_LATIN_ALIKE, _CYRILLIC_ALIKE)
_TO_LATIN: Final = str.maketrans(_CYRILLIC_ALIKE, _LATIN_ALIKE)
_QWERTY: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_AS_RUSSIAN_KEYS: Final = str.maketrans(_QWERTY + '{}:"<>', _RUSSIAN_KEYS + "хъжэбю")
_AS_LATIN_KEYS: Final = str.maketrans(_RUSSIAN_KEYS, _QWERTY)
_SOUNDS: Final = {
    "tsya": "тся",
    "tsja": "тся",
    "shch": "щ",
    "sch": "щ",
    "zh": "ж",
    "kh": "х",
    "ch": "ч",
    "sh": "ш",
    "ts": "ц",
    "yu": "ю",
    "ya": "я",
    "ju": "ю",
    "ja": "я",
    "yo": "е",
    "ay": "ай",
    "ai": "ай",
    "ey": "ей",
    "oy": "ой",
    "iy": "ий",
    **dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстуввхыз", strict=True)),
}
_SPELT: Final = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_LATIN: Final = re.compile(r"[a-z]")
_CYRILLIC: Final = re.compile(r"[а-яё]")


def words_of(text: str) -> list[str]:
    """
    Return the words of a text, normalized.

    Lower case, е for ё, "does not" for "doesn't", one alphabet a word.
    """
    return _words(_plain(_without_addresses(text[:MAX_READ])))


def words_in_other_layout(text: str) -> list[str]:
    """
    Return the words that the same keys type in the other keyboard layout: ghbdtn is привет.

    Empty if the text has letters of both alphabets: then the writer had already switched the
    layout.
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_READ]).casefold()
    is_latin, is_cyrillic = bool(_LATIN.search(plain)), bool(_CYRILLIC.search(plain))
    if is_latin == is_cyrillic:
        return []
    return _words(_plain(plain.translate(_AS_RUSSIAN_KEYS if is_latin else _AS_LATIN_KEYS)))


def transliterate_to_cyrillic(word: str) -> str:
    """Return a word in Latin letters ("rabotaet") in Cyrillic, or "" for any other word."""
    if not word.isascii() or not word.isalpha():
        return ""
    return _SPELT.sub(lambda match: _SOUNDS[match[0]], word.lower())


def stems_of(words: list[str], language: str) -> list[str]:
    """Return the stem of each word in a language; words of another alphabet stay as they are."""
    return [_stem(word, language) for word in words]


def _without_addresses(text: str) -> str:
    """Return the text without addresses ("shop.example"): they don't say what is wrong."""
    return " ".join(chunk for chunk in text.split() if not _is_address(chunk))


def _is_address(chunk: str) -> bool:
    if "://" in chunk or "@" in chunk:
        return True
    name = chunk.strip("«»\"'()[]<>,;:!?.").partition("/")[0].partition(":")[0]
    *labels, zone = name.split(".")
    # A capital after the dot is a sentence end with its space forgotten: "works.Please".
    if not labels or zone.istitle() or not zone.isalpha() or zone.lower() in _FILE_EXTENSIONS:
        return False
    is_zone = zone.isascii() or zone.lower() in _CYRILLIC_ZONES
    return is_zone and len(zone) > 1 and all(map(_LABEL.fullmatch, labels))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:MAX_READ]).casefold().replace("ё", "е")
    return plain.translate(_APOSTROPHES)


def _words(plain: str) -> list[str]:
    spelt = _NEGATION.sub(lambda match: f"{match[1] or 'can'} not", plain)
    words = [unify_alphabet(word) for word in _WORD.findall(spelt)]
    return [word for word in words if word not in _IGNORED]


def unify_alphabet(word: str) -> str:
    """Return a word of mixed alphabets in the alphabet that most of its letters are in."""
    latin, cyrillic = len(_LATIN.findall(word)), len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    return word.translate(_TO_LATIN if latin > cyrillic else _TO_CYRILLIC)


@lru_cache(maxsize=8_192)
def _stem(word: str, language: str) -> str:
    if len(word) > _MAX_STEMMED or word.isdigit():
        return word
    stem: str = _THREAD_STEMMERS.by_language[language].stemWord(word)
    return stem


_MAX_STEMMED: Final = 40  # letters; anything longer is not a word


class _Stemmers(threading.local):
    """The stemmers of one thread; a stemmer keeps state and can't be shared between threads."""

    def __init__(self) -> None:
        self.by_language = {language: Stemmer(name) for language, name in _STEMMERS.items()}


_THREAD_STEMMERS: Final = _Stemmers()

if not set(LANGUAGES) <= set(_STEMMERS):
    raise TypeError(f"stems are needed in {LANGUAGES}")
