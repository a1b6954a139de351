"""The operands of conditions: answers of steps, and facts of checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from diagnostics import LETTER_FACTS, Fact, facts_of
from intake.journey.draft import Environment
from intake.journey.kinds import choices_of, spec_of
from intake.journey.steps import Ask, Check, Step, Tell

MOVES: Final = ("solved", "go-on")


@dataclass(frozen=True, slots=True)
class OperandType:
    """
    The values that the left side of a condition can be compared with.

    `values` are all possible ones; None with `is_number` means ranges, and None without it free
    text, which can only be known or unknown. `has_several`: more than one value at once. `least`
    and `most` are the bounds of a number, where it has some, `decimals` its digits after the point,
    None for any; `has_words`: a customer may insist on a text in place of the number.
    """

    values: tuple[str, ...] | None = None
    is_number: bool = False
    has_several: bool = False
    least: float | None = None
    most: float | None = None
    decimals: int | None = None
    has_words: bool = False


def operand_of_step(step: Ask | Tell) -> OperandType:
    """Return the type of a step's answer in conditions."""
    if isinstance(step, Tell):
        return OperandType(MOVES if step.solved == "offer" else MOVES[1:])
    choices, spec = choices_of(step), spec_of(step)
    return OperandType(
        tuple(choices) if choices else None,
        is_number=spec.is_number,
        has_several=spec.has_several,
        least=step.accept.from_ if spec.is_number and step.accept else None,
        most=step.accept.to if spec.is_number and step.accept else None,
        has_words=spec.keeps_words,
    )


def operand_of_fact(fact: Fact) -> OperandType:
    """Return the type of a fact in conditions."""
    return OperandType(
        fact.values, fact.is_number, fact.has_several, fact.least, fact.most, fact.decimals
    )


def facts_of_step(step: Step | None) -> Mapping[str, Fact]:
    """Return the facts of a check, or of a question whose answer is parsed (a letter)."""
    if isinstance(step, Check):
        return facts_of(step.diagnose)
    return LETTER_FACTS if isinstance(step, Ask) and spec_of(step).facts is not None else {}


def environment_names() -> tuple[str, ...]:
    """Return the names of the values read from the customer's own request."""
    return tuple(Environment.model_fields)
