"""Writes spoken and unusual clock times in digits: «в два часа дня», «в 18-00»."""

from __future__ import annotations

import re
from typing import Final

from intake.journey.word_stems import unify_alphabet

# «с 20-го числа»
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:-(?:го|ого|е|й|му)|-?(?:х|ти|ми))\b")
_MIXED_WORD: Final = re.compile(r"\b(?=\w*[a-z])(?=\w*[а-я])[a-zа-я]{2,30}\b")
_LAST_HOUR: Final = 23
_LATIN_S: Final = re.compile(r"(?<=[а-я] )c(?= \d)")  # for the Russian preposition
# «где-то в районе», "roughly": nothing but an approximation.
_ROUGHLY: Final = re.compile(r"\b(?:где-то|гдето|ориентировочно|приблизительно|roughly)\b")
_AREA: Final = re.compile(r"\bв районе\b")
# «в 18-00», «с 14.30»: after a preposition and not a date or a range.
_DASHED_CLOCK: Final = re.compile(
    r"(?<=\b(?:в|с) )([01]?\d|2[0-3])(?:-([0-5][05])|\.([0-5]0|1[3-9]|[2-5]\d))(?![\d.:-])"
    r"(?! ?(?:мин|чел|посет|клиент|дн|час|раз))"
)
# «с 02:10 до 02:55 МСК 30.11.2026»: the day and the zone are of the first time too.
_SPAN: Final = re.compile(
    r"\b(с|from) (\d{1,2}:\d\d)(?: ?(?:до|по|to|till|until|-|–) ?)\d{1,2}:\d\d"
    r"( (?:мск|msk|utc|gmt)\b)?( \d{1,2}\.\d{1,2}\.(?:20)?\d\d)?"
)
# "14:10 UTC+1", «10:00 мск+2»
_OFFSET: Final = re.compile(r"\b(\d{1,2}):(\d\d) ?(utc|gmt|msk|мск) ?([+-]) ?(\d{1,2})\b(?!:)")
_HOUR_WORDS: Final = {
    word: number
    for number, words in enumerate(
        (
            *(
                "час часа часу",
                "два двух",
                "три трех",
                "четыре четырех",
                "пять пяти",
                "шесть шести",
            ),
            *("семь семи", "восемь восьми", "девять девяти", "десять десяти"),
            *("одиннадцать одиннадцати", "двенадцать двенадцати"),
        ),
        1,
    )
    for word in words.split()
}
# «в два часа ночи», «с двух часов», but not «два часа назад», «около двух часов» (so long).
_SPELT_HOUR: Final = re.compile(
    rf"\b({'|'.join(_HOUR_WORDS)}) час(?:а|ов) (?=утра|дня|вечера|ночи)"
    rf"|(?<=\b(?:в|с) )({'|'.join(_HOUR_WORDS)}) час(?:а|ов)\b(?! назад)"
    r"|(?<=\b(?:в|с) )(час[ау]?) (?=дня|ночи)"
)


def times_in_digits(text: str) -> str:
    """Return a text in lower case with its clock times in digits: «в два часа дня», «18-00»."""
    plain = text[:20_000].casefold().replace("ё", "е")
    plain = _LATIN_S.sub("с", _MIXED_WORD.sub(lambda word: unify_alphabet(word[0]), plain))
    plain = _ORDINAL.sub(r"\1", plain)
    plain = _AREA.sub("около", _ROUGHLY.sub(" ", plain))
    plain = _DASHED_CLOCK.sub(lambda clock: f"{clock[1]}:{clock[2] or clock[3]}", plain)
    plain = _OFFSET.sub(_without_offset, plain)
    plain = _SPAN.sub(lambda m: f"{m[1]}{m[4] or ''} {m[2]}{m[3] or ''}", plain)
    return _SPELT_HOUR.sub(_hour_in_digits, plain)


def _without_offset(match: re.Match[str]) -> str:
    """Return the clock time of the named zone itself; without a zone if that is another day."""
    offset = int(match[5]) if match[4] == "+" else -int(match[5])
    hour = int(match[1]) - offset
    return f"{hour}:{match[2]} {match[3]}" if 0 <= hour <= _LAST_HOUR else f"{match[1]}:{match[2]}"


def _hour_in_digits(match: re.Match[str]) -> str:
    return f"{_HOUR_WORDS[match[1] or match[2] or match[3]]} часов "
