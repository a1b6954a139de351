"""Relations between two values: earlier, later, less, more, the same."""

from __future__ import annotations

from typing import Final, TypeVar

from pydantic import JsonValue

from intake.journey.arithmetic import as_number, as_time

ValueT = TypeVar("ValueT")
# `before` and `after` compare moments, `less-than` and `more-than` numbers and durations.
RELATIONS: Final = ("before", "after", "less-than", "more-than", "same-as")
_MIRRORED: Final = {"after": "before", "more-than": "less-than"}


def relate(word: str, left: JsonValue, right: JsonValue) -> bool | None:
    """
    Compare two values: before, less than, same. None if either isn't known.

    A moment whose words name no time isn't known, nor is a text insisted on in place of a number.
    """
    word, first, second = canonical_relation(word, left, right)
    if word == "same-as":
        return _same(first, second)
    if word == "before":
        moments = as_time(first), as_time(second)
        return None if moments[0] is None or moments[1] is None else moments[0] < moments[1]
    numbers = as_number(first), as_number(second)
    return None if numbers[0] is None or numbers[1] is None else numbers[0] < numbers[1]


def canonical_relation(word: str, left: ValueT, right: ValueT) -> tuple[str, ValueT, ValueT]:
    """Return the same relation expressed with `before`, `less-than` or `same-as`."""
    return (_MIRRORED[word], right, left) if word in _MIRRORED else (word, left, right)


def _same(left: JsonValue, right: JsonValue) -> bool | None:
    if any(value is None or isinstance(value, dict | list) for value in (left, right)):
        return None
    numbers = as_number(left), as_number(right)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return str(left).strip().casefold() == str(right).strip().casefold()
