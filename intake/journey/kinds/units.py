"""Units of numbers: the words that name them, and conversion of measured numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from intake.journey.model import Text

_ROUNDED_BELOW: Final = 1000  # below it three significant digits are enough


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a multiple of the smallest one of its quantity."""

    quantity: str
    factor: float


_SECOND: Final = 1000.0
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3600 * _SECOND, 86_400 * _SECOND
_WORDS: Final[Mapping[Unit, str]] = {
    Unit("time", 1): "ms millisecond milliseconds мс миллисекунда миллисекунды миллисекунд",
    Unit("time", _SECOND): "s sec second seconds с сек секунда секунды секунду секунд",
    Unit("time", _MINUTE): "min minute minutes мин минута минуты минуту минут",
    Unit("time", _HOUR): "h hr hrs hour hours ч час часа часы часов",
    Unit("time", _DAY): "d day days д дн день дня дни дней сутки суток",
    Unit("time", 7 * _DAY): "week weeks нед неделя недели неделю неделе недель",
    Unit("share", 1): "% percent процент процента процентов",
    Unit("size", 1): "byte bytes байт байта байты байтов",
    Unit("size", 1e3): "kb kib kilobyte kilobytes кб килобайт килобайта килобайты килобайтов",
    Unit("size", 1e6): "mb mib megabyte megabytes мб мегабайт мегабайта мегабайты мегабайтов",
    Unit("size", 1e9): "gb gib gigabyte gigabytes гб гигабайт гигабайта гигабайты гигабайтов",
    Unit("size", 1e12): "tb tib terabyte terabytes тб терабайт терабайта терабайты терабайтов",
}
# Their length varies, so nothing is converted into them, but texts may name them.
_CALENDAR_WORDS: Final[Mapping[Unit, str]] = {
    Unit("time", 30 * _DAY): "month months месяц месяца месяцы месяцев",
    Unit("time", 365 * _DAY): "year years год года году годы лет",
}
_BY_WORD: Final[Mapping[str, Unit]] = {
    word: unit for unit, words in _WORDS.items() for word in words.split()
}
# Not searched for in sentences: "s" and «с» are words themselves, "min" and "sec" parts of many.
_AMBIGUOUS: Final = frozenset(
    ["ms", "s", "sec", "с", "min", "h", "hr", "hrs", "ч", "d", "д", "дн", "мс", "нед"]
)
MINUTE: Final = Unit("time", _MINUTE)


def unit_of(words: str) -> Unit | None:
    """Return the unit that a word names, or None if it isn't a convertible one."""
    return _BY_WORD.get(words.strip().rstrip(".").casefold())


def words_in_texts(quantity: str) -> dict[Unit, tuple[str, ...]]:
    """Return the words that name a quantity's units in a sentence, months and years included."""
    every = {**_WORDS, **_CALENDAR_WORDS}
    return {
        unit: tuple(word for word in words.split() if word not in _AMBIGUOUS)
        for unit, words in every.items()
        if unit.quantity == quantity
    }


def unit_of_text(text: Text | None) -> Unit | None:
    """Return the unit that a question names, by the first language that names a known one."""
    if text is None:
        return None
    units = map(unit_of, text.lines.values())
    return next((unit for unit in units if unit is not None), None)


def convert(number: float, measured: Unit, asked: Unit) -> float | None:
    """Convert a number to another unit; None if the quantities differ."""
    if measured.quantity != asked.quantity:
        return None
    return number * measured.factor / asked.factor


def rounded(number: float) -> int | float:
    """Return a converted number with three significant digits: 2206 ms are 2.21 s."""
    short = float(f"{number:.3g}") if abs(number) < _ROUNDED_BELOW else round(number)
    return int(short) if float(short).is_integer() else short
