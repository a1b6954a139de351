"""
Conditions as data: `show-if`, `when`.

A mapping holds when all of its entries hold, a list when any of them does; `all:`, `any:` and
`not:` say so in words. A value is a scalar or a list (one of them), a range ("500-599", "< 3"),
`unknown`, or another value to compare with (`{before: changed}`). `=slow` is the condition that
the checklist defines under this name; its content was put here when the file was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pydantic import JsonValue

from intake.journey.arithmetic import ARITHMETIC, NO_ARITHMETIC, Arithmetic, read_operand
from intake.journey.model import KeyPath
from intake.journey.relations import RELATIONS

UNKNOWN: Final = "unknown"
NAMED: Final = "="  # prefix of a named condition; no step's name begins with it
# Depth of a path. Readers of conditions recurse, and pinned conditions come from the database.
MAX_CONDITION_DEPTH: Final = 12
_WORDS: Final = (*RELATIONS, *ARITHMETIC)


_RANGE = re.compile(r"(-?\d{1,12}(?:\.\d{1,6})?)\s*-\s*(-?\d{1,12}(?:\.\d{1,6})?)")
_BOUND = re.compile(r"(<=|>=|<|>)\s*(-?\d{1,12}(?:\.\d{1,6})?)")
_PLAIN = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Compare:
    """
    `left: allowed`: holds if the value is one of the allowed ones.

    `path` leads to it in the YAML; `named` is the name of the named condition it comes from, or "".
    """

    left: str
    allowed: tuple[str, ...]
    path: KeyPath
    named: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """
    `left: {word: right}`: one value compared with another, such as `{before: changed}`.

    `arithmetic` is applied to the right one first, as in `{before: changed, minus: 60}`.
    """

    left: str
    word: str
    right: str
    path: KeyPath
    named: str = ""
    arithmetic: Arithmetic = NO_ARITHMETIC


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds if all parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds if at least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds if the part doesn't hold."""

    part: Condition


Condition = Compare | Relation | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """A part of a condition that can't be read: the reason, the path, and the value there."""

    reason: Literal[
        "too-deep",
        "empty",
        "no-condition",
        "no-scalar",
        "no-side",
        "any-of-all",
        "no-operand",
        "no-compared",
    ]
    path: KeyPath
    value: JsonValue = None


def parse_condition(raw: JsonValue) -> tuple[Condition, list[ConditionFault]]:
    """Parse a condition; parts that can't be read are left out and reported."""
    faults: list[ConditionFault] = []
    return _parse(raw, (), faults), faults


def _parse(raw: JsonValue, path: KeyPath, faults: list[ConditionFault]) -> Condition:
    if len(path) > MAX_CONDITION_DEPTH:
        faults.append(ConditionFault("too-deep", path))
        return AllOf(())
    if isinstance(raw, list):
        if not raw:
            faults.append(ConditionFault("empty", path))
        return AnyOf(tuple(_parse(part, (*path, i), faults) for i, part in enumerate(raw)))
    if not isinstance(raw, dict):
        faults.append(ConditionFault("no-condition", path, raw))
        return AllOf(())
    if not raw:
        faults.append(ConditionFault("empty", path))
    parts = tuple(_parse_entry(left, value, path, faults) for left, value in raw.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _parse_entry(
    left: str, value: JsonValue, path: KeyPath, faults: list[ConditionFault]
) -> Condition:
    here = (*path, left)
    # No step can be called `not`, `all` or `any`: lint reserves these names.
    if left == "not":
        return Not(_parse(value, here, faults))
    if left.startswith(NAMED):
        # Its faults are reported once, at its definition.
        return _relocated(_parse(value, (), []), path, left.removeprefix(NAMED))
    if isinstance(value, dict) and value and all(word in _WORDS for word in value):
        return _relations(left, value, here, faults)
    values = value if isinstance(value, list) else [value]
    if not values:
        faults.append(ConditionFault("empty", here))
    if left in ("all", "any"):
        # A mapping holds when all of it does, which is not what "any" promises.
        if left == "any" and isinstance(value, dict) and len(value) > 1:
            faults.append(ConditionFault("any-of-all", here, value))
        parts = tuple(_parse(part, (*here, i), faults) for i, part in enumerate(values))
        return AllOf(parts) if left == "all" else AnyOf(parts)
    allowed: list[str] = []
    for scalar in values:
        if isinstance(scalar, dict | list) or scalar is None:
            faults.append(ConditionFault("no-scalar", here, scalar))
        else:
            allowed.append(scalar_text(scalar))
    return Compare(left, tuple(allowed), here)


def _relations(
    left: str, value: dict[str, JsonValue], path: KeyPath, faults: list[ConditionFault]
) -> Condition:
    parts: list[Condition] = []
    arithmetic = _arithmetic(value, path, faults)
    for word, right in value.items():
        if word in ARITHMETIC:
            continue
        if isinstance(right, str):
            parts.append(Relation(left, word, right, path, arithmetic=arithmetic))
        else:
            faults.append(ConditionFault("no-side", (*path, word), right))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _arithmetic(
    value: dict[str, JsonValue], path: KeyPath, faults: list[ConditionFault]
) -> Arithmetic:
    """Return the arithmetic of a relation; with several relations it would be ambiguous."""
    written = {key: value[key] for key in ARITHMETIC if key in value}
    if written and len(value) - len(written) != 1:
        faults.append(ConditionFault("no-compared", path, value))
        return NO_ARITHMETIC
    read = {key: read_operand(key, raw) for key, raw in written.items()}
    for key, operand in read.items():
        if operand is None:
            faults.append(ConditionFault("no-operand", (*path, key), written[key]))
    known: Any = {key: operand for key, operand in read.items() if operand is not None}
    return Arithmetic(**known)


def _relocated(condition: Condition, path: KeyPath, named: str) -> Condition:
    """Return a named condition with the path of the place where its name is used."""
    if isinstance(condition, Compare | Relation):
        return replace(condition, path=path, named=named)
    if isinstance(condition, Not):
        return Not(_relocated(condition.part, path, named))
    return replace(
        condition, parts=tuple(_relocated(part, path, named) for part in condition.parts)
    )


def scalar_text(value: object) -> str:
    """Return a scalar in the form that conditions compare: `502`, "502" and 502.0 are equal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_range(word: str) -> bool:
    """Check whether a condition's value is a range rather than a single value."""
    return bool(_RANGE.fullmatch(word) or _BOUND.fullmatch(word))


def bounds_of(word: str) -> tuple[float, ...]:
    """Return the bounds of a range, or the number itself; () for another word."""
    if bound := _BOUND.fullmatch(word):
        return (float(bound[2]),)
    if between := _RANGE.fullmatch(word):
        return float(between[1]), float(between[2])
    return (float(word),) if _PLAIN.fullmatch(word) else ()


def parts_of_range(word: str) -> tuple[str, str, str]:
    """Split a range: ("<", "3", ""), ("-", "500", "599"); ("", word, "") if it is none."""
    if bound := _BOUND.fullmatch(word):
        return bound[1], bound[2], ""
    if between := _RANGE.fullmatch(word):
        return "-", between[1], between[2]
    return "", word, ""


def comparisons(condition: Condition) -> Iterator[Compare]:
    """
    Yield every comparison in a condition, in the order of the text.

    Each side of a relation counts as a comparison without allowed values.
    """
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Relation):
        yield Compare(condition.left, (), condition.path, condition.named)
        for word, side in {condition.word: condition.right, **condition.arithmetic.names}.items():
            path = condition.path if condition.named else (*condition.path, word)
            yield Compare(side, (), path, condition.named)
    elif isinstance(condition, Not):
        yield from comparisons(condition.part)
    else:
        for part in condition.parts:
            yield from comparisons(part)


def relations_in(condition: Condition) -> Iterator[Relation]:
    """Yield every relation between two values in a condition."""
    if isinstance(condition, Relation):
        yield condition
    elif isinstance(condition, Not):
        yield from relations_in(condition.part)
    elif not isinstance(condition, Compare):
        for part in condition.parts:
            yield from relations_in(part)


def comparisons_in(raw: JsonValue) -> tuple[Compare, ...]:
    """Return every comparison in a raw condition; () if it is None."""
    return () if raw is None else tuple(comparisons(parse_condition(raw)[0]))
