"""
Conditions compiled to functions of the known values.

Compiled once, because they run on every click. Three-valued (Kleene): True, False, or None for "not
known yet"; unknown is not false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from pydantic import JsonValue

from intake.journey.code_families import family_of
from intake.journey.conditions import (
    UNKNOWN,
    AnyOf,
    Compare,
    Condition,
    Not,
    Relation,
    is_range,
    parse_condition,
    parts_of_range,
    scalar_text,
)
from intake.journey.relations import relate

Truth = bool | None
Lookup = Callable[[str], JsonValue]  # the value of a left side, or None if it isn't known
Holds = Callable[[Lookup], Truth]
_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_condition(raw: JsonValue) -> Holds:
    """Compile a raw condition to a function of a lookup; None always holds."""
    if raw is None:
        return _always
    condition, _ = parse_condition(raw)
    return _compiled(condition)


def _always(_: Lookup) -> Truth:
    return True


def _compiled(condition: Condition) -> Holds:
    if isinstance(condition, Compare):
        return _compiled_compare(condition)
    if isinstance(condition, Relation):
        word, left, right = condition.word, condition.left, condition.right
        apply = condition.arithmetic.apply
        return lambda look: relate(word, look(left), apply(look(right), look))
    if isinstance(condition, Not):
        part = _compiled(condition.part)

        def opposite(look: Lookup) -> Truth:
            truth = part(look)
            # Kleene's logic: the opposite of unknown is unknown, so no step appears while a check
            # runs.
            return None if truth is None else not truth

        return opposite
    parts = tuple(_compiled(part) for part in condition.parts)
    decisive = isinstance(condition, AnyOf)  # True decides an "any", False an "all"

    def joined(look: Lookup) -> Truth:
        result: Truth = not decisive
        for part in parts:
            truth = part(look)
            # One false part decides an "all" whatever is still unknown, and one true part an "any".
            if truth is decisive:
                return decisive
            if truth is None:
                result = None
        return result

    return joined


def _compiled_compare(condition: Compare) -> Holds:
    left = condition.left
    words = frozenset(condition.allowed) - {UNKNOWN}
    asks_unknown = UNKNOWN in condition.allowed
    ranges = tuple(_range(word) for word in words if is_range(word))
    families = tuple(f"{family}." for family in map(family_of, words) if family)

    def matches(value: JsonValue) -> bool:
        word = scalar_text(value)
        if word in words or word.startswith(families):
            return True
        if not ranges:
            return False
        try:
            number = float(str(value))
        except ValueError:
            return False
        return any(within(number) for within in ranges)

    def compare(look: Lookup) -> Truth:
        value = look(left)
        if value is None:
            return True if asks_unknown else None
        if isinstance(value, list | tuple):
            return any(matches(item) for item in value)
        # A moment is known, but no word or range can match it.
        if isinstance(value, dict):
            return False
        return matches(value)

    return compare


def _range(word: str) -> Callable[[float], bool]:
    """Return a test whether a number is in a range; `word` must satisfy `is_range`."""
    sign, first, second = parts_of_range(word)
    if sign == "-":
        low, high = float(first), float(second)
        return lambda number: low <= number <= high
    holds, limit = _BOUNDS[sign], float(first)
    return lambda number: holds(number, limit)
