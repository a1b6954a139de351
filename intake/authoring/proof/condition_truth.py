"""Conditions over all cases: for each a literal that it holds, and one that it doesn't."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import JsonValue

from intake.authoring.proof.clauses import Clauses
from intake.authoring.proof.variables import Atom, TruthLiterals, Variable
from intake.journey.conditions import (
    UNKNOWN,
    Compare,
    Condition,
    Every,
    Opposite,
    compile_condition,
    parse_condition,
)

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
        if isinstance(condition, Opposite):
            holds, fails = self._of(condition.part)
            return TruthLiterals(fails, holds)
        parts = [self._of(part) for part in condition.parts]
        if isinstance(condition, Every):
            return TruthLiterals(
                self.clauses.all_of(part.holds for part in parts),
                self.clauses.any_of(part.fails for part in parts),
            )
        return TruthLiterals(
            self.clauses.any_of(part.holds for part in parts),
            self.clauses.all_of(part.fails for part in parts),
        )

    def of_compare(self, compare: Compare) -> TruthLiterals:
        """The literals of one comparison."""
        variable = self.variable(compare.left)
        if variable is None:
            return TruthLiterals(self.clauses.no, self.clauses.no)
        words: list[JsonValue] = [word for word in compare.allowed if word != UNKNOWN]
        matches = compile_condition({compare.left: words}) if words else None
        hits = [
            literal
            for atom, literal in variable.says.items()
            if matches is not None and matches(_Says(atom))
        ]
        hit = self.clauses.any_of(hits)
        holds = (
            hit if UNKNOWN not in compare.allowed else self.clauses.any_of((-variable.known, hit))
        )
        return TruthLiterals(holds, self.clauses.all_of((variable.known, -hit)))


@dataclass(frozen=True, slots=True)
class _Says:
    """A lookup in which every left side says this one thing."""

    atom: Atom

    def __call__(self, _: str) -> JsonValue:
        return self.atom.value
