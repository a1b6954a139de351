"""What is reckoned with a value before it is compared: nine tenths of it, an hour more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue

# In this order: `{more-than: quota, times: 0.9, minus: 100}` is quota × 0.9 − 100.
ARITHMETIC: Final = ("times", "plus", "minus")
Operand = float | str  # a number, or the left side whose value is meant


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """
    A value times a number, plus and minus others.

    Of a moment what is added and taken away is in minutes, and there are no times.
    """

    times: float = 1
    plus: Operand = 0
    minus: Operand = 0

    @property
    def names(self) -> Mapping[str, str]:
        """The left sides whose values are added or taken away, by the key that they stand under."""
        both = {"plus": self.plus, "minus": self.minus}
        return {key: side for key, side in both.items() if isinstance(side, str)}

    @property
    def changes(self) -> bool:
        """Whether anything is reckoned at all."""
        return self != NO_ARITHMETIC

    def of(self, value: JsonValue, look: Callable[[str], JsonValue]) -> JsonValue:
        """What comes of a value; None where one of them isn't known or is no number."""
        if not self.changes:
            return value
        added, taken = (
            as_number(look(side)) if isinstance(side, str) else side
            for side in (self.plus, self.minus)
        )
        if added is None or taken is None:
            return None
        if (number := as_number(value)) is not None:
            return number * self.times + added - taken
        moment = as_time(value)
        if moment is None:
            return None
        try:
            return {"at": (moment + timedelta(minutes=added - taken)).isoformat()}
        except OverflowError:
            return None


NO_ARITHMETIC: Final = Arithmetic()


def as_number(value: JsonValue) -> float | None:
    """A value as a number; None for anything else, such as words that were insisted on."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_time(value: JsonValue) -> datetime | None:
    """The time of a moment as it is stored; None where its words name none."""
    at = value.get("at") if isinstance(value, dict) else None
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def read_operand(key: str, raw: JsonValue) -> Operand | None:
    """What stands under `times`, `plus` or `minus`; None where it can't stand there."""
    number = as_number(raw)
    if number is None and isinstance(raw, str):
        try:
            number = float(raw)
        except ValueError:
            return raw if key != "times" else None
    return number if number is not None and 0 < number < _MOST else None


_MOST: Final = 1e12
