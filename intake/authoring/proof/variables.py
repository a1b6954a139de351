"""What the propositions of a proof are about: left sides of conditions, and steps reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from intake.authoring.proof.clauses import Literal
from intake.journey.conditions import bounds_of
from intake.journey.steps import Step

# Stands for every value that no condition names; the dot keeps it apart from a value "other".
OTHER: Final = "\N{MIDDLE DOT}other"


class TruthLiterals(NamedTuple):
    """A condition in all cases: it holds, it doesn't; neither is unknown."""

    holds: Literal
    fails: Literal


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that a left side may say; `number` where it stands for a stretch of numbers."""

    left: str
    word: str
    number: float | None = None


@dataclass(slots=True)
class Variable:
    """A left side in all cases: the literal of each thing that it may say; none holds: unknown."""

    left: str
    says: dict[Atom, Literal]
    known: Literal

    def of(self, word: str) -> Literal | None:
        """The literal of a word, if the side may say it."""
        return next((literal for atom, literal in self.says.items() if atom.word == word), None)


@dataclass(slots=True)
class Reached:
    """
    One step in all cases.

    `live`: the journey comes so far; `is_shown`: its condition holds there; `asked`: it is put to
    the customer; `proposed`: a measurement answers it.
    """

    step: Step
    live: Literal
    is_shown: Literal
    asked: Literal
    proposed: Literal


def samples(words: Iterable[str]) -> list[float]:
    """A number of every stretch that these words can tell apart: at, below and above each bound."""
    bounds = sorted({bound for word in words for bound in bounds_of(word)})
    if not bounds:
        return [0.0]
    between = [(lower + upper) / 2 for lower, upper in pairwise(bounds)]
    return sorted({bounds[0] - 1, *bounds, *between, bounds[-1] + 1})
