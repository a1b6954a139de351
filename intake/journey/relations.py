"""How two values are compared with each other: earlier, later, less, more, the same."""

from __future__ import annotations

from typing import Final, TypeVar

from pydantic import JsonValue

from intake.journey.arithmetic import as_number, as_time

Side = TypeVar("Side")
# `before` and `after` compare moments, `less-than` and `more-than` numbers and durations.
RELATIONS: Final = ("before", "after", "less-than", "more-than", "same-as")
_TURNED: Final = {"after": "before", "more-than": "less-than"}


def relate(word: str, left: JsonValue, right: JsonValue) -> bool | None:
    """
    Whether one value is before, less than or the same as another; None where it isn't known.

    A moment whose words name no time is not known, nor is a number in words that were insisted on.
    """
    word, first, second = turned(word, left, right)
    if word == "same-as":
        return _same(first, second)
    if word == "before":
        moments = as_time(first), as_time(second)
        return None if moments[0] is None or moments[1] is None else moments[0] < moments[1]
    numbers = as_number(first), as_number(second)
    return None if numbers[0] is None or numbers[1] is None else numbers[0] < numbers[1]


def turned(word: str, left: Side, right: Side) -> tuple[str, Side, Side]:
    """The same relation by `before`, `less-than` or `same-as`."""
    return (_TURNED[word], right, left) if word in _TURNED else (word, left, right)


def _same(left: JsonValue, right: JsonValue) -> bool | None:
    if any(value is None or isinstance(value, dict | list) for value in (left, right)):
        return None
    numbers = as_number(left), as_number(right)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return str(left).strip().casefold() == str(right).strip().casefold()
