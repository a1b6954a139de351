"""Checks comparisons between two values, and the arithmetic on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from diagnostics import Fact
from intake.authoring.lint.names import Names
from intake.authoring.messages import Phrase, phrase
from intake.authoring.problems import Mistake
from intake.journey.conditions import Relation
from intake.journey.draft import ENVIRONMENT
from intake.journey.kinds import choices_of, spec_of
from intake.journey.kinds.units import MINUTE, Unit, unit_of, unit_of_text
from intake.journey.model import KeyPath
from intake.journey.operands import facts_of_step
from intake.journey.steps import Ask

# Compared values have one unit, so a factor in this range was probably meant as a percentage.
_MIN_PERCENT: Final = 20
_MAX_PERCENT: Final = 200


@dataclass(frozen=True, slots=True)
class _Comparable:
    """The type of a value in a comparison: a moment, a number with a unit, a choice, a text."""

    sort: str
    unit: object = None
    choices: frozenset[str] = frozenset()


def mistakes_of_relation(
    relation: Relation, path: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    """Yield the mistakes of a comparison of two values; wrong names are reported elsewhere."""
    here = (*path, *relation.path, relation.word)
    left, right = (_comparable(side, names) for side in (relation.left, relation.right))
    if left is None or right is None:
        return
    if _fit(relation.word, left, right):
        at_fault = list(
            _mistakes_of_arithmetic(relation, right, (*path, *relation.path), names, at)
        )
        yield from at_fault
        is_same = relation.left == relation.right and not relation.arithmetic.names
        if is_same and not at_fault:
            yield Mistake(here, phrase("relation-itself", left=relation.left))
        return
    units = [_unit_name(side, names) for side in (relation.left, relation.right)]
    if left.sort == right.sort == "number" and any(units) and not all(units):
        known, bare = (0, 1) if units[0] else (1, 0)
        sides = (relation.left, relation.right)
        words = phrase(
            "relation-one-unit", at=at, left=sides[known], unit=units[known], right=sides[bare]
        )
        yield Mistake(here, words)
        return
    if left.sort == right.sort == "number" and all(units):
        first, second = units
        words = phrase(
            "relation-units",
            at=at,
            left=relation.left,
            first=first,
            right=relation.right,
            second=second,
        )
        yield Mistake(here, words)
        return
    words = phrase(
        "relation-unfit",
        at=at,
        left=relation.left,
        word=relation.word,
        right=relation.right,
        needs=_needs(relation.word),
    )
    yield Mistake(here, words)


def _mistakes_of_arithmetic(
    relation: Relation, right: _Comparable, path: KeyPath, names: Names, at: Phrase
) -> Iterator[Mistake]:
    """Yield the mistakes of the arithmetic on the right side of a relation."""
    arithmetic = relation.arithmetic
    if not arithmetic.changes:
        return
    if right.sort not in ("number", "moment"):
        yield Mistake(
            (*path, _first_key(relation)), phrase("arithmetic-unfit", right=relation.right)
        )
        return
    if right.sort == "moment" and arithmetic.times != 1:
        yield Mistake((*path, "times"), phrase("times-of-moment", right=relation.right))
    elif _MIN_PERCENT <= arithmetic.times <= _MAX_PERCENT:
        times = f"{arithmetic.times:g}"
        meant = f"{arithmetic.times / 100:g}"
        words = phrase("times-of-percent", times=times, right=relation.right, meant=meant)
        yield Mistake((*path, "times"), words)
    # A time is changed by minutes, a number by values in its own unit.
    unit = MINUTE if right.sort == "moment" else right.unit
    for key, side in arithmetic.names.items():
        operand = _comparable(side, names)
        if operand is None or (operand.sort == "number" and operand.unit == unit):
            continue
        needs = phrase("a-duration" if right.sort == "moment" else "a-number-alike")
        words = phrase("operand-unfit", at=at, key=key, left=side, needs=needs)
        yield Mistake((*path, key), words)


def _first_key(relation: Relation) -> str:
    arithmetic = relation.arithmetic
    return "times" if arithmetic.times != 1 else "plus" if arithmetic.plus else "minus"


def _needs(word: str) -> Phrase:
    if word in ("before", "after"):
        return phrase("two-moments")
    return phrase("two-alike") if word == "same-as" else phrase("two-numbers")


def _fit(word: str, left: _Comparable, right: _Comparable) -> bool:
    if left.sort != right.sort:
        return False
    if word in ("before", "after"):
        return left.sort == "moment"
    if left.sort == "number":
        return left.unit == right.unit
    if word != "same-as":
        return False
    return left.sort == "text" or bool(left.choices & right.choices)


def unit_of_side(left: str, names: Names) -> Unit | None:
    """Return the unit of a number, or None if it has none that can be converted."""
    unit = getattr(_comparable(left, names), "unit", None)
    return unit if isinstance(unit, Unit) else None


def _unit_name(left: str, names: Names) -> str:
    """Return the name of a unit by its author or measurement, or ""."""
    return next(iter(sorted(names.unit_words(left))), "")


def _comparable(left: str, names: Names) -> _Comparable | None:
    """Return the type of a left side; None if the name is wrong or its step is faulty."""
    name, dot, fact_name = left.partition(".")
    if name == ENVIRONMENT:
        return _Comparable("text")
    entry = names.earlier.get(name)
    if entry is None or entry.step is None:
        return None
    if not dot:
        return _answer(entry.step) if isinstance(entry.step, Ask) else _Comparable("advice")
    fact = facts_of_step(entry.step).get(fact_name)
    return _fact(fact) if fact is not None else None


def _fact(fact: Fact) -> _Comparable:
    if fact.is_number:
        return _Comparable("number", unit_of(fact.unit or fact.counts) or fact.unit)
    if fact.has_several:
        return _Comparable("several")
    if fact.values is None:
        return _Comparable("text")
    return _Comparable("choice", choices=frozenset(fact.values))


def _answer(ask: Ask) -> _Comparable:
    spec = spec_of(ask)
    if ask.kind == "moment":
        return _Comparable("moment")
    if spec.is_number:
        unit = MINUTE if ask.kind == "duration" else unit_of_text(ask.unit)
        return _Comparable("number", unit or (ask.unit.in_("en") if ask.unit else ""))
    if spec.has_several or spec.stands_alone:
        return _Comparable("several")
    choices = choices_of(ask)
    return _Comparable("choice", choices=frozenset(choices)) if choices else _Comparable("text")
