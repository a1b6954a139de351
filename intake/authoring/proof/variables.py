"""The variables of a proof: left sides of conditions with their values, and reached steps."""

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
    """The two literals of a condition; where neither holds, its truth is unknown."""

    holds: Literal
    fails: Literal


@dataclass(frozen=True, slots=True)
class Atom:
    """One value of a left side; with a `number` it stands for a whole interval of numbers."""

    left: str
    word: str
    number: float | None = None

    @property
    def value(self) -> str | float:
        """The value that conditions compare."""
        return self.word if self.number is None else self.number


@dataclass(slots=True)
class Variable:
    """A left side with one literal for each of its values; where none holds, it is unknown."""

    left: str
    literals: Mapping[Atom, Literal]
    known: Literal
    values: tuple[str | float, ...] = field(init=False)  # of the atoms, in the same order
    _by_word: dict[str, Literal] = field(init=False)

    def __post_init__(self) -> None:
        self.values = tuple(atom.value for atom in self.literals)
        self._by_word = {}
        for atom, literal in self.literals.items():
            self._by_word.setdefault(atom.word, literal)

    def literal_of(self, word: str) -> Literal | None:
        """Return the literal of a value, or None if the left side can't have it."""
        return self._by_word.get(word)


@dataclass(slots=True)
class StepLiterals:
    """
    The literals of one step.

    `reached`: the journey reaches it; `is_shown`: its condition holds there too; `measured`: a
    measurement answers it, shown or not.
    """

    step: Step
    reached: Literal
    is_shown: Literal
    measured: Literal


def atoms_of(left: str, operand: OperandType, words: Iterable[str]) -> Iterator[Atom]:
    """Yield the values of a left side that the words in its comparisons can tell apart."""
    named = [word for word in words if word != UNKNOWN]
    if operand.values is not None:
        yield from (Atom(left, value) for value in operand.values)
    elif operand.is_number:
        numbers = sample_numbers(named, decimals=operand.decimals)
        yield from (Atom(left, f"{number:g}", number) for number in numbers)
        if operand.has_words:
            yield Atom(left, OTHER)
    else:
        # A text may consist of digits, and ranges compare it as a number.
        ranges = [word for word in named if is_range(word)]
        spelled = [f"{number:g}" for number in sample_numbers(ranges)] if ranges else []
        yield from (Atom(left, word) for word in dict.fromkeys([*named, *spelled]))
        yield Atom(left, OTHER)


def sample_numbers(words: Iterable[str], *, decimals: int | None = None) -> list[float]:
    """
    Return one number of every interval that these words can tell apart, in ascending order.

    `decimals` is the number of digits after the decimal point; None means any.
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
    """Return numbers at, below and above each bound."""
    if not bounds:
        return [0.0]
    if decimals is None:
        between = [(lower + upper) / 2 for lower, upper in pairwise(bounds)]
        return sorted({bounds[0] - 1, *bounds, *between, bounds[-1] + 1})
    # Halves between bounds won't do: with fixed decimals there may be no such number.
    scale = 10**decimals
    at = {floor(bound * scale) for bound in bounds}
    return sorted((number + step) / scale for number in at for step in (-1, 0, 1))
