"""A text as words that can be compared: one spelling, one script a word, stems by language."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Final

from Stemmer import Stemmer

from diagnostics.texts import LANGUAGES

MAX_READ: Final = 4_000  # characters of a text; the matter stands in its first lines
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ`´")
_NOT: Final = re.compile(
    r"\b(ca|could|did|do|does|had|has|have|is|are|was|were|wo|would|should)nt\b|\bcannot\b"
)
_FILE: Final = frozenset({"php", "html", "htm", "js", "log", "txt", "zip"})
_CYRILLIC_ZONES: Final = frozenset({"рф", "рус", "онлайн", "сайт", "москва", "дети", "бел", "укр"})
_LABEL: Final = re.compile(r"[\w-]{1,63}")
_NEVER: Final = frozenset({"почти"})  # its stem is that of "почта"
_STEMMERS: Final = {"en": "english", "ru": "russian"}
# What people take for a letter of the other alphabet, or paste from somewhere.
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
    """The words of a text: lower case, е for ё, "does not" for "doesn't", one alphabet a word."""
    return _words(_plain(_without_addresses(text[:MAX_READ])))


def other_layout(text: str) -> list[str]:
    """
    The words of a text as the same keys give them in the other layout: ghbdtn is привет.

    Empty where the text has letters of both alphabets: then the layout was seen and changed.
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_READ]).casefold()
    is_latin, is_cyrillic = bool(_LATIN.search(plain)), bool(_CYRILLIC.search(plain))
    if is_latin == is_cyrillic:
        return []
    return _words(_plain(plain.translate(_AS_RUSSIAN_KEYS if is_latin else _AS_LATIN_KEYS)))


def in_cyrillic(word: str) -> str:
    """A Latin word as the Russian one that it spells by sound: "ne rabotaet"; "" for others."""
    if not word.isascii() or not word.isalpha():
        return ""
    return _SPELT.sub(lambda match: _SOUNDS[match[0]], word.lower())


def stems_of(words: list[str], language: str) -> list[str]:
    """The stem of each word by the rules of a language; words of another alphabet stay as is."""
    return [_stem(word, language) for word in words]


def _without_addresses(text: str) -> str:
    """The text without "shop.example" and "info@shop.example": whose it is, not what is wrong."""
    return " ".join(chunk for chunk in text.split() if not _is_address(chunk))


def _is_address(chunk: str) -> bool:
    if "://" in chunk or "@" in chunk:
        return True
    name = chunk.strip("«»\"'()[]<>,;:!?.").partition("/")[0].partition(":")[0]
    *labels, zone = name.split(".")
    # After the end of a sentence people forget the space: "works.Please".
    if not labels or zone.istitle() or not zone.isalpha() or zone.lower() in _FILE:
        return False
    is_zone = zone.isascii() or zone.lower() in _CYRILLIC_ZONES
    return is_zone and len(zone) > 1 and all(map(_LABEL.fullmatch, labels))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:MAX_READ]).casefold().replace("ё", "е")
    return plain.translate(_APOSTROPHES)


def _words(plain: str) -> list[str]:
    spelt = _NOT.sub(lambda match: f"{match[1] or 'can'} not", plain)
    words = [one_alphabet(word) for word in _WORD.findall(spelt)]
    return [word for word in words if word not in _NEVER]


def one_alphabet(word: str) -> str:
    """A word with letters of both alphabets in the one that most of it is in."""
    latin, cyrillic = len(_LATIN.findall(word)), len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    return word.translate(_TO_LATIN if latin > cyrillic else _TO_CYRILLIC)


@lru_cache(maxsize=8_192)
def _stem(word: str, language: str) -> str:
    if len(word) > _LONGEST or word.isdigit():
        return word
    stem: str = _OF_THREAD.by_language[language].stemWord(word)
    return stem


_LONGEST: Final = 40  # letters; longer ones are no words


class _Stemmers(threading.local):
    """The stemmers of one thread: each keeps the word that it is working at."""

    def __init__(self) -> None:
        self.by_language = {language: Stemmer(name) for language, name in _STEMMERS.items()}


_OF_THREAD: Final = _Stemmers()

if not set(LANGUAGES) <= set(_STEMMERS):
    raise TypeError(f"stems are needed in {LANGUAGES}")
