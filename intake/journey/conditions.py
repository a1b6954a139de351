"""
Conditions as data: `show-if`, `when`.

A mapping holds when all of it holds, a list when any of it does; `all:`, `any:` and `not:` say so
in words. A value is one thing or a list (one of them), a range ("500-599", "< 3"), or `unknown`.
Three-valued (Kleene): True, False, or None for "not known yet"; unknown is not false.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import JsonValue

from intake.journey.model import KeyPath

UNKNOWN: Final = "unknown"
# Parts of a path. Whatever reads conditions recurses, and pinned ones come from the database.
MAX_CONDITION_DEPTH: Final = 12

Truth = bool | None
Lookup = Callable[[str], JsonValue]  # a left side to its value; None when not known
Holds = Callable[[Lookup], Truth]

_RANGE = re.compile(r"(-?\d{1,12}(?:\.\d{1,6})?)\s*-\s*(-?\d{1,12}(?:\.\d{1,6})?)")
_BOUND = re.compile(r"(<=|>=|<|>)\s*(-?\d{1,12}(?:\.\d{1,6})?)")
_PLAIN = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")
_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Compare:
    """`left: allowed`: the value is one of the allowed ones. `path` leads to it in the YAML."""

    left: str
    allowed: tuple[str, ...]
    path: KeyPath


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """The part doesn't hold."""

    part: Condition


Condition = Compare | Every | Some | Opposite


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """A part of a condition that can't be read: why, where, and the value that stands there."""

    reason: Literal["too-deep", "empty", "no-condition", "no-scalar"]
    path: KeyPath
    value: JsonValue = None


def parse_condition(raw: JsonValue) -> tuple[Condition, list[ConditionFault]]:
    """The condition that data spells; what can't be read is left out and reported."""
    faults: list[ConditionFault] = []
    return _parse(raw, (), faults), faults


def _parse(raw: JsonValue, path: KeyPath, faults: list[ConditionFault]) -> Condition:
    if len(path) > MAX_CONDITION_DEPTH:
        faults.append(ConditionFault("too-deep", path))
        return Every(())
    if isinstance(raw, list):
        if not raw:
            faults.append(ConditionFault("empty", path))
        return Some(tuple(_parse(part, (*path, i), faults) for i, part in enumerate(raw)))
    if not isinstance(raw, dict):
        faults.append(ConditionFault("no-condition", path, raw))
        return Every(())
    if not raw:
        faults.append(ConditionFault("empty", path))
    parts = tuple(_parse_entry(left, value, path, faults) for left, value in raw.items())
    return parts[0] if len(parts) == 1 else Every(parts)


def _parse_entry(
    left: str, value: JsonValue, path: KeyPath, faults: list[ConditionFault]
) -> Condition:
    here = (*path, left)
    # No step can be called `not`, `all` or `any`: lint reserves these names.
    if left == "not":
        return Opposite(_parse(value, here, faults))
    values = value if isinstance(value, list) else [value]
    if not values:
        faults.append(ConditionFault("empty", here))
    if left in ("all", "any"):
        parts = tuple(_parse(part, (*here, i), faults) for i, part in enumerate(values))
        return Every(parts) if left == "all" else Some(parts)
    allowed: list[str] = []
    for scalar in values:
        if isinstance(scalar, dict | list) or scalar is None:
            faults.append(ConditionFault("no-scalar", here, scalar))
        else:
            allowed.append(as_word(scalar))
    return Compare(left, tuple(allowed), here)


def as_word(value: object) -> str:
    """A scalar as a condition compares it: `502`, "502" and 502.0 are one thing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_range(word: str) -> bool:
    """Whether a condition's value is a range rather than one thing."""
    return bool(_RANGE.fullmatch(word) or _BOUND.fullmatch(word))


def bounds_of(word: str) -> tuple[float, ...]:
    """The numbers at which a range, or a number as such, begins and ends."""
    if bound := _BOUND.fullmatch(word):
        return (float(bound[2]),)
    if between := _RANGE.fullmatch(word):
        return float(between[1]), float(between[2])
    return (float(word),) if _PLAIN.fullmatch(word) else ()


def parts_of_range(word: str) -> tuple[str, str, str]:
    """A range as its sign and bounds: ("<", "3", ""), ("-", "500", "599"); else ("", word, "")."""
    if bound := _BOUND.fullmatch(word):
        return bound[1], bound[2], ""
    if between := _RANGE.fullmatch(word):
        return "-", between[1], between[2]
    return "", word, ""


def compares(condition: Condition) -> Iterator[Compare]:
    """Every comparison in a condition, in the order of the text."""
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Opposite):
        yield from compares(condition.part)
    else:
        for part in condition.parts:
            yield from compares(part)


def compares_in(raw: JsonValue) -> tuple[Compare, ...]:
    """Every comparison in a condition as written; none where there is no condition."""
    return () if raw is None else tuple(compares(parse_condition(raw)[0]))


def compile_condition(raw: JsonValue) -> Holds:
    """A condition as one function of a lookup; None always holds."""
    if raw is None:
        return _always
    condition, _ = parse_condition(raw)
    return _compiled(condition)


def _always(_: Lookup) -> Truth:
    return True


def _compiled(condition: Condition) -> Holds:
    if isinstance(condition, Compare):
        return _compiled_compare(condition)
    if isinstance(condition, Opposite):
        part = _compiled(condition.part)

        def opposite(look: Lookup) -> Truth:
            truth = part(look)
            # Kleene's logic: the opposite of unknown is unknown, so no step appears while a check
            # runs.
            return None if truth is None else not truth

        return opposite
    parts = tuple(_compiled(part) for part in condition.parts)
    decisive = isinstance(condition, Some)  # True decides an "any", False an "all"

    def joined(look: Lookup) -> Truth:
        result: Truth = not decisive
        for part in parts:
            truth = part(look)
            # One part that is false settles an "all", whatever is still missing; so does a true one
            # an "any".
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

    def one_matches(value: JsonValue) -> bool:
        if as_word(value) in words:
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
            return any(one_matches(item) for item in value)
        # A moment: it is known, and no word or range can match it.
        if isinstance(value, dict):
            return False
        return one_matches(value)

    return compare


def _range(word: str) -> Callable[[float], bool]:
    if bound := _BOUND.fullmatch(word):
        holds, limit = _BOUNDS[bound[1]], float(bound[2])
        return lambda number: holds(number, limit)
    # The caller has asked `is_range`; the empty range below is for the type checker alone.
    between = _RANGE.fullmatch(word)
    low, high = (float(between[1]), float(between[2])) if between else (1.0, 0.0)
    return lambda number: low <= number <= high
