"""What the propositions of a proof are about: left sides of conditions, and steps reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor
from typing import Final, NamedTuple

from intake.authoring.proof.clauses import Literal
from intake.journey.compiled_conditions import Holds, compile_condition
from intake.journey.conditions import UNKNOWN, bounds_of, is_range
from intake.journey.operands import OperandType
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

    @property
    def value(self) -> str | float:
        """What a condition compares."""
        return self.word if self.number is None else self.number


@dataclass(slots=True)
class Variable:
    """A left side in all cases: the literal of each thing that it may say; none holds: unknown."""

    left: str
    says: Mapping[Atom, Literal]
    known: Literal
    values: tuple[str | float, ...] = field(init=False)  # what conditions compare, in that order
    _by_word: dict[str, Literal] = field(init=False)

    def __post_init__(self) -> None:
        self.values = tuple(atom.value for atom in self.says)
        self._by_word = {}
        for atom, literal in self.says.items():
            self._by_word.setdefault(atom.word, literal)

    def of(self, word: str) -> Literal | None:
        """The literal of a word, if the side may say it."""
        return self._by_word.get(word)


@dataclass(slots=True)
class Reached:
    """
    One step in all cases.

    `live`: the journey comes so far; `is_shown`: its condition holds there; `proposed`: a
    measurement answers it, shown or not.
    """

    step: Step
    live: Literal
    is_shown: Literal
    proposed: Literal


def atoms_of(left: str, operand: OperandType, words: Iterable[str]) -> Iterator[Atom]:
    """What a left side may say, as far as the words that it is compared with can tell apart."""
    named = [word for word in words if word != UNKNOWN]
    if operand.values is not None:
        yield from (Atom(left, value) for value in operand.values)
    elif operand.is_number:
        numbers = samples(named, decimals=operand.decimals)
        yield from (Atom(left, f"{number:g}", number) for number in numbers)
        if operand.has_words:
            yield Atom(left, OTHER)
    else:
        # A text may spell a number, and ranges compare it as one.
        ranges = [word for word in named if is_range(word)]
        spelled = [f"{number:g}" for number in samples(ranges)] if ranges else []
        yield from (Atom(left, word) for word in dict.fromkeys([*named, *spelled]))
        yield Atom(left, OTHER)


def samples(words: Iterable[str], *, decimals: int | None = None) -> list[float]:
    """
    One number of every stretch that these words can tell apart.

    `decimals` are the digits that such a number has after its point; None: any.
    """
    compared = list(words)
    bounds = sorted({bound for word in compared for bound in bounds_of(word)})
    tests = [compile_condition({"": [word]}) for word in compared]
    by_truth: dict[tuple[bool, ...], float] = {}
    for number in _candidates(bounds, decimals):
        by_truth.setdefault(tuple(_matches(test, number) for test in tests), number)
    return sorted(by_truth.values())


def _matches(test: Holds, number: float) -> bool:
    return bool(test(lambda _: number))


def _candidates(bounds: list[float], decimals: int | None) -> list[float]:
    """Numbers at, below and above each bound."""
    if not bounds:
        return [0.0]
    if decimals is None:
        between = [(lower + upper) / 2 for lower, upper in pairwise(bounds)]
        return sorted({bounds[0] - 1, *bounds, *between, bounds[-1] + 1})
    # Of whole numbers there may be none between two bounds.
    scale = 10**decimals
    at = {floor(bound * scale) for bound in bounds}
    return sorted((number + step) / scale for number in at for step in (-1, 0, 1))
