"""Translates conditions to literals: one for "holds", one for "doesn't hold"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydantic import JsonValue

from intake.authoring.proof.clauses import Clauses
from intake.authoring.proof.variables import TruthLiterals, Variable
from intake.journey.compiled_conditions import compile_condition
from intake.journey.conditions import (
    UNKNOWN,
    AllOf,
    Compare,
    Condition,
    Not,
    Relation,
    parse_condition,
)
from intake.journey.relations import canonical_relation

FindVariable = Callable[[str], Variable | None]


@dataclass(frozen=True, slots=True)
class ConditionTruth:
    """The truth of conditions in Kleene's three-valued logic, as in `journey/conditions.py`."""

    clauses: Clauses
    variable: FindVariable

    def literals(self, raw: JsonValue) -> TruthLiterals:
        """Return the literals of a condition as written; None stands for one that always holds."""
        if raw is None:
            return TruthLiterals(self.clauses.true, self.clauses.false)
        return self._literals(parse_condition(raw)[0])

    def _literals(self, condition: Condition) -> TruthLiterals:
        if isinstance(condition, Compare):
            return self.comparison_literals(condition)
        if isinstance(condition, Relation):
            return self._relation_literals(condition)
        if isinstance(condition, Not):
            holds, fails = self._literals(condition.part)
            return TruthLiterals(fails, holds)
        parts = [self._literals(part) for part in condition.parts]
        if isinstance(condition, AllOf):
            return TruthLiterals(
                self.clauses.all_of(part.holds for part in parts),
                self.clauses.any_of(part.fails for part in parts),
            )
        return TruthLiterals(
            self.clauses.any_of(part.holds for part in parts),
            self.clauses.all_of(part.fails for part in parts),
        )

    def _relation_literals(self, relation: Relation) -> TruthLiterals:
        """
        Return the literals of a comparison between two values; either requires both to be known.

        Both may be false even then: a moment in words may name no time. The numbers themselves
        aren't modelled, so a possible case is never called impossible.
        """
        arithmetic = relation.arithmetic
        names = (relation.left, relation.right, *arithmetic.names.values())
        sides = [self.variable(side) for side in names]
        word, first, second = relation.word, relation.left, relation.right
        # With arithmetic, swapping the sides would require inverting it: only plain ones are.
        if not arithmetic.changes:
            word, first, second = canonical_relation(word, first, second)
            if word == "same-as":
                first, second = sorted((first, second))
        holds, fails = (
            self.clauses.literal_of((word, first, second, arithmetic, truth))
            for truth in (True, False)
        )
        self.clauses.at_most_one((holds, fails))
        for literal in (holds, fails):
            for variable in sides:
                known = variable.known if variable is not None else self.clauses.false
                self.clauses.implies(literal, known)
        return TruthLiterals(holds, fails)

    def comparison_literals(self, compare: Compare) -> TruthLiterals:
        """Return the literals of one comparison."""
        variable = self.variable(compare.left)
        if variable is None:
            return TruthLiterals(self.clauses.false, self.clauses.false)
        words = tuple(word for word in compare.allowed if word != UNKNOWN)
        literals = tuple(variable.literals.values())
        hits = [literals[index] for index in _matching_indexes(variable.values, words)]
        hit = self.clauses.any_of(hits)
        holds = (
            hit if UNKNOWN not in compare.allowed else self.clauses.any_of((-variable.known, hit))
        )
        return TruthLiterals(holds, self.clauses.all_of((variable.known, -hit)))


# Many checklists compare the same values of a check's facts with the same words.
@lru_cache(maxsize=4_096)
def _matching_indexes(
    values: tuple[str | float, ...], words: tuple[JsonValue, ...]
) -> tuple[int, ...]:
    """Return the indexes of the values that match one of the words."""
    if not words:
        return ()
    matches = compile_condition({_SIDE: list(words)})
    return tuple(index for index, value in enumerate(values) if matches({_SIDE: value}.get))


_SIDE: Final = "side"  # any name will do: the condition has only one
