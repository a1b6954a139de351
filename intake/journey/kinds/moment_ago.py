"""Reads how long ago something was: "two hours ago", «полчаса назад»."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

AgoUnit = Literal["minute", "hour", "day", "week", "month", "year"]

_AGO: Final = re.compile(
    r"(?:((?<!\d)\d{1,4}|half an?|a couple of|[a-zа-я]+)\s*)?"
    r"(?<![a-zа-я])([a-zа-я]+)\s+(?:ago|назад)\b"
)
# Singular forms, which mean one unit without a number: "about an hour ago", «примерно час назад».
_ONE: Final[Mapping[str, AgoUnit]] = {
    **dict.fromkeys(("minute", "min", "минуту", "минутку"), "minute"),
    **dict.fromkeys(("hour", "час", "часик"), "hour"),
    **dict.fromkeys(("day", "день", "сутки"), "day"),
    **dict.fromkeys(("week", "неделю", "недельку"), "week"),
    **dict.fromkeys(("month", "месяц"), "month"),
    **dict.fromkeys(("year", "год"), "year"),
}
# Plural forms, which need a number.
_SEVERAL: Final[Mapping[str, AgoUnit]] = {
    **dict.fromkeys(("minutes", "mins", "минут", "минуты", "мин", "m"), "minute"),
    **dict.fromkeys(("hours", "hrs", "h", "часа", "часов", "ч"), "hour"),
    **dict.fromkeys(("days", "дня", "дней", "суток"), "day"),
    **dict.fromkeys(("weeks", "недели", "недель"), "week"),
    **dict.fromkeys(("months", "месяца", "месяцев"), "month"),
    **dict.fromkeys(("years", "года", "лет"), "year"),
}
_NUMBERS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("half a", "half an", "пол"), 0.5),
    **dict.fromkeys(("a", "an", "one", "один", "одну"), 1),
    **dict.fromkeys(("полтора", "полторы"), 1.5),
    **dict.fromkeys(("two", "два", "две", "двое", "пару", "couple", "a couple of"), 2),
    **dict.fromkeys(("three", "три", "трое"), 3),
    **dict.fromkeys(("four", "четыре"), 4),
    **dict.fromkeys(("five", "пять"), 5),
    **dict.fromkeys(("six", "шесть"), 6),
    **dict.fromkeys(("seven", "семь"), 7),
    **dict.fromkeys(("eight", "восемь"), 8),
    **dict.fromkeys(("nine", "девять"), 9),
    **dict.fromkeys(("ten", "десять"), 10),
    **dict.fromkeys(("fifteen", "пятнадцать"), 15),
    **dict.fromkeys(("twenty", "двадцать"), 20),
    **dict.fromkeys(("thirty", "тридцать"), 30),
    **dict.fromkeys(("forty", "сорок"), 40),
}
# «Около часа назад» is one hour; «часа назад» alone could be two of them, cut in half.
_ABOUT: Final = frozenset({"около", "больше", "более", "меньше", "менее"})


class AmountAgo(NamedTuple):
    """A number of units ago."""

    number: float
    unit: AgoUnit


def mentions_ago(words: str) -> bool:
    """Check whether a time is given as "… ago", readable or not."""
    return _AGO.search(words) is not None


def read_amount_ago(words: str) -> AmountAgo | None:
    """Return how long ago, from lower-case words; None if number or unit isn't known."""
    match = _AGO.search(words)
    if match is None:
        return None
    count, unit = match[1] or "", match[2]
    if unit == "полчаса":
        return AmountAgo(30, "minute")
    known = float(count) if count.isdigit() else _NUMBERS.get(count)
    if unit in _ONE:
        return AmountAgo(1 if known is None else known, _ONE[unit])
    if unit not in _SEVERAL or (known is None and count not in _ABOUT):
        return None
    return AmountAgo(1 if known is None else known, _SEVERAL[unit])
