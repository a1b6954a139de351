"""Conditions over all cases: for each a literal that it holds, and one that it doesn't."""

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
    """What conditions mean in Kleene's logic, as in `journey/conditions.py`."""

    clauses: Clauses
    variable: FindVariable

    def of(self, raw: JsonValue) -> TruthLiterals:
        """The literals of a condition as written; one that is not there always holds."""
        if raw is None:
            return TruthLiterals(self.clauses.yes, self.clauses.no)
        return self._of(parse_condition(raw)[0])

    def _of(self, condition: Condition) -> TruthLiterals:
        if isinstance(condition, Compare):
            return self.of_compare(condition)
        if isinstance(condition, Relation):
            return self._of_relation(condition)
        if isinstance(condition, Not):
            holds, fails = self._of(condition.part)
            return TruthLiterals(fails, holds)
        parts = [self._of(part) for part in condition.parts]
        if isinstance(condition, AllOf):
            return TruthLiterals(
                self.clauses.all_of(part.holds for part in parts),
                self.clauses.any_of(part.fails for part in parts),
            )
        return TruthLiterals(
            self.clauses.any_of(part.holds for part in parts),
            self.clauses.all_of(part.fails for part in parts),
        )

    def _of_relation(self, relation: Relation) -> TruthLiterals:
        """
        Two values that are compared with each other: both are known, and it holds or it doesn't.

        Neither is possible where both are known too: the words of a moment may name no time. Which
        numbers the two are is left open, so nothing is called impossible that can come about.
        """
        arithmetic = relation.arithmetic
        names = (relation.left, relation.right, *arithmetic.names.values())
        sides = [self.variable(side) for side in names]
        word, first, second = relation.word, relation.left, relation.right
        # Turned round, what is reckoned with the one would have to be undone with the other.
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
                known = variable.known if variable is not None else self.clauses.no
                self.clauses.implies(literal, known)
        return TruthLiterals(holds, fails)

    def of_compare(self, compare: Compare) -> TruthLiterals:
        """The literals of one comparison."""
        variable = self.variable(compare.left)
        if variable is None:
            return TruthLiterals(self.clauses.no, self.clauses.no)
        words = tuple(word for word in compare.allowed if word != UNKNOWN)
        literals = tuple(variable.says.values())
        hits = [literals[place] for place in _matching(variable.values, words)]
        hit = self.clauses.any_of(hits)
        holds = (
            hit if UNKNOWN not in compare.allowed else self.clauses.any_of((-variable.known, hit))
        )
        return TruthLiterals(holds, self.clauses.all_of((variable.known, -hit)))


# Of a check's facts the same values are compared with the same words in many checklists.
@lru_cache(maxsize=4_096)
def _matching(values: tuple[str | float, ...], words: tuple[JsonValue, ...]) -> tuple[int, ...]:
    """The places of the values that are one of the words."""
    if not words:
        return ()
    matches = compile_condition({_SIDE: list(words)})
    return tuple(place for place, value in enumerate(values) if matches({_SIDE: value}.get))


_SIDE: Final = "side"  # whatever it is called
