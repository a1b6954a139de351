"""
Detects texts that tell support nothing.

A dot, "hi", "it doesn't work", "помогите", "asdf": nothing remains of them without greetings, pleas
and complaints. A number, a name, an address or one more word is enough to pass.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from intake.journey.vague_words import (
    COMPLAINTS,
    FILLERS,
    FOLLOW_UPS,
    GREETINGS,
    NOISE,
    PLEAS,
    POINTED_AT,
    POINTERS,
)
from intake.journey.word_stems import (
    transliterate_to_cyrillic,
    unify_alphabet,
    words_in_other_layout,
)

Emptiness = Literal["nothing", "greeting", "plea", "complaint", "noise"]

# "С уважением, Анна Петрова", "Sent from my iPhone": the writer, and the device.
_SIGNATURE = re.compile(
    r"(?:с уважением|best regards|kind regards|warm regards|regards|sincerely(?: yours)?|"
    r"yours (?:truly|faithfully)|cheers|меня зовут|my name is|это|this is|искренне ваш[аи]?)"
    r"[\s,.:-]{1,5}(?:[A-ZА-ЯЁ][\w.-]{0,24}[\s,.]{0,3}){1,4}",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"(?:sent from (?:my |yahoo |outlook |mail )?"
    r"|отправлено (?:с |из |через )(?:моего |мобильн\w+ )?)[^\n]{0,40}",
    re.IGNORECASE,
)
# Questions whether a person answers, and demands for one: a plea, however it is put.
_SOMEBODY = r"(?:bot|robot|ai|machine|human|person|alive|asleep|sleeping)"
_WHO_ANSWERS = re.compile(
    rf"\b(?:are|r) (?:you|u) (?:an? )?(?:real )?{_SOMEBODY}"
    rf"(?: or (?:just )?(?:an? )?{_SOMEBODY})?\b"
    r"|\b(?:is|am) (?:this|it|i) (?:talking to |chatting with )?(?:an? )?"
    r"(?:bot|robot|ai|real person)\b"
    r"|\b(?:can|may|could) i (?:please )?ask (?:you )?(?:something|a question|smth|one thing)\b"
    r"|\b(?:speak|talk|chat|connect(?: me)?|transfer(?: me)?) (?:to|with)"
    r" (?:(?:an?|the|your|some|real|live) ){0,3}"
    r"(?:representative|rep|supervisor|advis[oe]r|technician|engineer|boss|manager|tech)\b"
    r"|\b(?:pick|wake) up\b"
    r"|\b(?:вы|ты|это|тут|здесь) (?:вообще )?(?:боты?|робот|живые|живой|человек)\b"
    r"|\b(?:вы|ты|все|там) (?:(?:там|все|что) ){0,3}"
    r"(?:спите|спят|уснули|заснули|оглохли|вымерли|умерли|померли)\b"
    r"|\b(?:хочу|можно|хотела?)(?: бы)?(?: вас)? (?:спросить|задать вопрос)(?: кое-что| что-то)?\b"
    r"|\b(?:не )?с (?:ботом|роботом|техником|инженером|начальником|руководством|руководителем"
    r"|админом|специалистом)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d\s()-]{8,18}\d(?![\w.])")


# In order of precedence: "hi, help, it doesn't work" is answered as a complaint.
_KINDS: tuple[tuple[Emptiness, frozenset[str]], ...] = (
    ("complaint", COMPLAINTS),
    ("plea", PLEAS | FOLLOW_UPS | POINTERS),
    ("greeting", GREETINGS),
    ("noise", NOISE),
)
_EMPTY_WORDS = frozenset().union(*(words for _, words in _KINDS), FILLERS)
# "pozhaluista": a transliteration has one letter for й and и, and one for е and ё.
_BY_SOUND = {word.replace("й", "и").replace("ё", "е"): word for word in sorted(_EMPTY_WORDS)}
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")
_VOWELS = frozenset("aeiouyаеёиоуыэюяіїєў")
_LATIN_OR_CYRILLIC = re.compile(r"[a-zа-яё]+")
_MAX_CODE_DIGITS = 3  # 404 and 500 are codes; 1111 isn't
_MAX_CONSONANTS = 5  # letters without a vowel that may still be a word or an abbreviation
_ROW_OF_KEYS = 4
_KEYBOARD_ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    *("poiuytrewq", "lkjhgfdsa", "mnbvcxz", "ъхзщшгнекуцй", "эждлорпавыф", "юбьтимсчя"),
)
_ENOUGH_WORDS = 60  # nobody types that many words of nothing; and no need to read a novel


def emptiness(text: str) -> Emptiness | None:
    """Return why a text says nothing, or None if it says something."""
    plain = unicodedata.normalize("NFKC", text[:4_000])
    for pattern in (_SENT_FROM, _SIGNATURE, _PHONE):
        plain = pattern.sub(" ", plain)
    plain = _WHO_ANSWERS.sub(" help ", plain)
    words = _words_in(plain)
    if not words:
        # A text of only a signature is a greeting; a lone number may be the answer.
        is_signed = _SIGNATURE.search(text[:4_000]) or _SENT_FROM.search(text[:4_000])
        return "greeting" if is_signed else None if _WORD.search(text[:4_000]) else "nothing"
    if len(set(words)) > _ENOUGH_WORDS:
        return None
    words = [_normalized(word) for word in words]
    if not POINTERS.isdisjoint(words):
        words = [word for word in words if word not in POINTED_AT]
    if not all(map(_is_empty_word, words)):
        words = _words_in(" ".join(words_in_other_layout(plain)))
        if not words or not _EMPTY_WORDS.issuperset(words):
            return None
    for kind, known in _KINDS:
        if any(word in known for word in words):
            return kind
    if any(_is_noise(word) for word in words):
        return "noise"
    # Only fillers, such as "my site": the hint to a complaint fits best.
    return "complaint"


def _words_in(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("'", "").replace("’", ""))


def _normalized(word: str) -> str:
    """Return the vague word that a misspelled one stands for (`privet`), or the word itself."""
    if word in _EMPTY_WORDS:
        return word
    # «помогиииите», "helllp": no word of either language has a letter three times running.
    if (short := _STRETCHED.sub(r"\1", word)) in _EMPTY_WORDS:
        return short
    by_sound = _BY_SOUND.get(transliterate_to_cyrillic(word).replace("й", "и"))
    meant = unify_alphabet(word)
    return by_sound or (meant if meant in _EMPTY_WORDS else word)


def _is_empty_word(word: str) -> bool:
    return word in _EMPTY_WORDS or _is_noise(word)


def _is_noise(word: str) -> bool:
    """Check for one letter repeated, a syllable repeated, or a run of consonants."""
    if word.isdigit():
        return (
            len(word) == 1
            or word == "123"
            or (len(set(word)) == 1 and len(word) > _MAX_CODE_DIGITS)
        )
    if len(set(word)) == 1:
        return True
    if word in _EMPTY_WORDS:
        return False
    if _repeats(word) or _is_keyboard_run(word):
        return True
    is_plain = _LATIN_OR_CYRILLIC.fullmatch(word) is not None
    return is_plain and len(word) > _MAX_CONSONANTS and not _VOWELS & set(word)


def _repeats(word: str) -> bool:
    """Check for a syllable repeated three times ("mama" is a word), or keyboard noise twice."""
    size, half = len(word), word[: len(word) // 2]
    is_syllable = any(
        size % n == 0 and word == word[:n] * (size // n) for n in (2, 3) if size >= 3 * n
    )
    return is_syllable or (half in NOISE and word == half * 2)


def _is_keyboard_run(word: str) -> bool:
    return len(word) >= _ROW_OF_KEYS and any(word in row for row in _KEYBOARD_ROWS)
