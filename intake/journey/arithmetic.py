"""Arithmetic on a value before it is compared: nine tenths of it, an hour more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue

# In this order: `{more-than: quota, times: 0.9, minus: 100}` is quota × 0.9 − 100.
ARITHMETIC: Final = ("times", "plus", "minus")
Operand = float | str  # a number, or the left side whose value is taken


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """
    A value times a number, plus and minus others.

    For a moment `plus` and `minus` are minutes, and `times` doesn't apply.
    """

    times: float = 1
    plus: Operand = 0
    minus: Operand = 0

    @property
    def names(self) -> Mapping[str, str]:
        """The left sides whose values are added or subtracted, by key."""
        both = {"plus": self.plus, "minus": self.minus}
        return {key: side for key, side in both.items() if isinstance(side, str)}

    @property
    def changes(self) -> bool:
        """Whether it changes the value at all."""
        return self != NO_ARITHMETIC

    def apply(self, value: JsonValue, look: Callable[[str], JsonValue]) -> JsonValue:
        """Return the result for a value, or None if an operand isn't known or isn't a number."""
        if not self.changes:
            return value
        added, subtracted = (
            as_number(look(side)) if isinstance(side, str) else side
            for side in (self.plus, self.minus)
        )
        if added is None or subtracted is None:
            return None
        if (number := as_number(value)) is not None:
            return number * self.times + added - subtracted
        moment = as_time(value)
        if moment is None:
            return None
        try:
            return {"at": (moment + timedelta(minutes=added - subtracted)).isoformat()}
        except OverflowError:
            return None


NO_ARITHMETIC: Final = Arithmetic()


def as_number(value: JsonValue) -> float | None:
    """Return a value as a number, or None for anything else, such as an insisted-on text."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_time(value: JsonValue) -> datetime | None:
    """Return the time of a stored moment (aware), or None if its words name none."""
    at = value.get("at") if isinstance(value, dict) else None
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def read_operand(key: str, raw: JsonValue) -> Operand | None:
    """Return the operand under `times`, `plus` or `minus`, or None if it isn't allowed there."""
    number = as_number(raw)
    if number is None and isinstance(raw, str):
        try:
            number = float(raw)
        except ValueError:
            return raw if key != "times" else None
    return number if number is not None and 0 < number < _MAX_OPERAND else None


_MAX_OPERAND: Final = 1e12
