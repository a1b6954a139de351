"""
`duration`: how long something took, in the customer's words: "20 minutes", «полчаса».

The words are stored as written; minutes are read from them where they name a duration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from intake.journey.kinds.input_text import quote, read_line
from intake.journey.kinds.spec import (
    AnswerContext,
    Hint,
    KindSpec,
    MeasuredAnswer,
    ReadAnswer,
    ReadingTime,
)
from intake.journey.kinds.units import MINUTE, convert, rounded, unit_of
from intake.journey.model import Text
from intake.journey.steps import Ask

QUICK_PICKS: Final[Mapping[str, Text]] = {
    "minutes": Text({"en": "Minutes", "ru": "Минуты"}),
    "about-an-hour": Text({"en": "About an hour", "ru": "Около часа"}),
    "hours": Text({"en": "Several hours", "ru": "Несколько часов"}),
    "days": Text({"en": "Days", "ru": "Дни"}),
}
_PICKED_MINUTES = {"minutes": 10, "about-an-hour": 60, "hours": 240, "days": 2880}

_MINUTE, _HOUR, _DAY, _WEEK, _MONTH = 1.0, 60.0, 1440.0, 10_080.0, 43_200.0
_UNITS: Mapping[str, float] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), _MINUTE / 60),
    **dict.fromkeys(("с", "сек", "секунд", "секунда", "секунды", "секунду"), _MINUTE / 60),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("м", "мин", "минут", "минута", "минуты", "минуту", "минуток"), _MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), _HOUR),
    **dict.fromkeys(("ч", "час", "часа", "часов"), _HOUR),
    **dict.fromkeys(("d", "day", "days", "д", "дн", "день", "дня", "дней"), _DAY),
    **dict.fromkeys(("сутки", "суток"), _DAY),
    **dict.fromkeys(("w", "week", "weeks", "неделя", "неделю", "недели", "недель"), _WEEK),
    **dict.fromkeys(("month", "months", "месяц", "месяца", "месяцев"), _MONTH),
}
_WORDS: Mapping[str, float] = {
    **dict.fromkeys(("one", "один", "одну", "одна"), 1),
    **dict.fromkeys(("two", "couple", "два", "две", "пару", "пара"), 2),
    **dict.fromkeys(("three", "few", "several", "три", "несколько"), 3),
    **dict.fromkeys(("полтора", "полторы"), 1.5),
}
_FIXED: Mapping[str, float] = {"полчаса": 30, "получаса": 30, "полдня": 720, "полминуты": 0.5}
_PART = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)(?!\d)|([^\W\d_]+)")
_ARTICLES = frozenset({"a", "an"})
_HALF = frozenset({"half", "пол"})
_BARE = re.compile(r"[~≈ ]*\d{1,6}(?:[.,]\d{1,3})?")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?")
# Ten years; anything longer is taken for a typo.
_MAX_MINUTES = 10 * 365 * 1440


def read_duration(text: str) -> dict[str, JsonValue] | None:
    """
    Return the answer {"said", "minutes"} for a text, or None if it contains no duration.

    A bare number is minutes. Of a range ("10-15 minutes") the longer end counts. `minutes` of a
    quick pick is a rough value for conditions.
    """
    words = " ".join(text.split())[:500]
    if words in _PICKED_MINUTES:
        return {"said": words, "minutes": _PICKED_MINUTES[words]}
    minutes = _minutes(words.casefold().replace("ё", "е").replace("с половиной", "half"))
    if minutes is None or minutes > _MAX_MINUTES:
        return None
    whole = int(minutes) if float(minutes).is_integer() else round(minutes, 2)
    return {"said": words, "minutes": whole}


class _Sum:
    """Adds up numbers and units in the order of the text: "2 h 15", «минут 20»."""

    def __init__(self) -> None:
        self.total = 0.0
        self.has_unit = False
        self._number: float | None = None
        self._lone: float | None = None  # minutes of a unit with no number before it
        self._last = 0.0

    def take_number(self, number: float) -> None:
        if self._lone is not None:  # «минут 20»
            self.total, self._lone = self.total + number * self._lone, None
        else:
            # Of a range ("10-15 minutes") the second number replaces the first.
            self._number = number

    def take_article(self) -> None:
        if self._number is None:  # not in "half an hour"
            self.take_number(1)

    def take_half(self) -> None:
        if self._last and self._number in (None, 1):  # "an hour and a half"
            self.end()
            self.total, self._number = self.total + self._last / 2, None
        else:
            self._number = 0.5 if self._number is None else self._number + 0.5

    def take_unit(self, minutes: float) -> None:
        self.end()
        self.has_unit, self._last = True, minutes
        if self._number is None:
            self._lone = minutes
        else:
            self.total, self._number = self.total + self._number * minutes, None

    def end(self) -> None:
        """Count a unit without a number as one."""
        if self._lone is not None:
            self.total, self._lone = self.total + self._lone, None

    @property
    def rest(self) -> float | None:
        """The last number, if no unit followed it."""
        return self._number


def _minutes(words: str) -> float | None:
    if clock := _CLOCK.fullmatch(words):
        return int(clock[1]) * _HOUR + int(clock[2])
    if _BARE.fullmatch(words):
        return float(words.strip("~≈ ").replace(",", "."))
    parts = _Sum()
    for match in _PART.finditer(words):
        if match[1]:
            parts.take_number(float(match[1].replace(",", ".")))
        else:
            _take_word(parts, match[2])
    parts.end()
    if not parts.has_unit:
        return None
    # "2 h 15": a bare number at the end is minutes only if hours come before it.
    follows_hours = parts.rest is not None and parts.rest < _HOUR and parts.total >= _HOUR
    return parts.total + (parts.rest or 0 if follows_hours and words[-1].isdigit() else 0)


def _take_word(parts: _Sum, word: str) -> None:
    if word in _FIXED:
        parts.take_number(_FIXED[word])
        parts.take_unit(_MINUTE)
    elif word in _HALF:
        parts.take_half()
    elif word in _ARTICLES:
        parts.take_article()
    elif word in _WORDS:
        parts.take_number(_WORDS[word])
    elif word in _UNITS:
        parts.take_unit(_UNITS[word])


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    # A stored answer is passed back whole when it is confirmed.
    if isinstance(raw, Mapping):
        raw = raw.get("said") or ""
    text = read_line(asked, raw)
    if isinstance(text, Hint):
        return text
    duration = read_duration(text)
    if duration is not None:
        return duration, False
    if asked.insisted:
        return {"said": text, "minutes": None}, True
    return asked.hint("duration", said=quote(text, asked.language))


def _minutes_of(value: JsonValue) -> JsonValue:
    return value.get("minutes") if isinstance(value, Mapping) else value


def _size(value: JsonValue) -> float | None:
    minutes = _minutes_of(value)
    return minutes if isinstance(minutes, int | float) else None


def _same(first: JsonValue, second: JsonValue) -> bool:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.get("minutes") == second.get("minutes")
    return first == second


def _display(_: Ask, value: JsonValue, language: str, __: ReadingTime) -> str:
    """Return the duration as the customer wrote it, or the label of a quick pick."""
    if not isinstance(value, Mapping):
        return str(value)
    words = str(value.get("said", ""))
    return QUICK_PICKS[words].in_(language) if words in QUICK_PICKS else words


_LARGER_UNITS: Final = (
    (_DAY, Text({"en": "d", "ru": "дн."})),
    (_HOUR, Text({"en": "h", "ru": "ч"})),
)
_MINUTES: Final = Text({"en": "min", "ru": "мин"})


def minutes_in_words(minutes: str, language: str) -> str:
    """Return minutes in the largest whole unit, abbreviated: "90 min", "2 h", "3 d"."""
    number = float(minutes or 0)
    for size, unit in _LARGER_UNITS:
        if number and number % size == 0:
            return f"{number / size:g} {unit.in_(language)}"
    return f"{number:g} {_MINUTES.in_(language)}"


def _from_measurement(_: Ask, value: JsonValue, unit: str | None) -> MeasuredAnswer | None:
    """Return a measured time as a duration; without a unit the author's own words are parsed."""
    if unit is None:
        duration = read_duration(str(value)) if isinstance(value, str | int | float) else None
        return None if duration is None else (duration, duration)
    measured = unit_of(unit)
    if measured is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    minutes = convert(value, measured, MINUTE)
    if minutes is None:
        return None
    exact: JsonValue = {"said": f"{value:g} {unit}", "minutes": minutes}
    return exact, {"said": f"{value:g} {unit}", "minutes": rounded(minutes)}


DURATION = KindSpec(
    name="duration",
    summary='how long: "20 minutes"',
    read=_read,
    keys=frozenset({"bounds"}),
    quick_picks=QUICK_PICKS,
    sample="20 minutes",
    is_number=True,
    compared=_minutes_of,
    from_measurement=_from_measurement,
    measured_shapes=frozenset({"number"}),
    size=_size,
    same=_same,
    display=_display,
    bound_in_words=minutes_in_words,
)
