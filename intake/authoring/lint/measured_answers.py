"""Checks `answer-from`: whether the measured value fits the question's kind, unit and choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from intake.authoring.lint.conditions import mistakes_of_condition
from intake.authoring.lint.names import Names
from intake.authoring.messages import Listed, Phrase, cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.conditions import comparisons_in, scalar_text
from intake.journey.draft import ENVIRONMENT
from intake.journey.kinds import KINDS, choices_of, spec_of
from intake.journey.kinds.spec import MeasuredShape
from intake.journey.kinds.units import MINUTE, convert, unit_of, unit_of_text
from intake.journey.model import KeyPath, Row, Text
from intake.journey.operands import OperandType, facts_of_step
from intake.journey.proposals import measured_answer
from intake.journey.steps import Ask

_MOST_LACKING: Final = 8
# Texts from our own short lists, so that choices may have the same names.
_OF_FEW_WORDS: Final = frozenset({f"{ENVIRONMENT}.channel", f"{ENVIRONMENT}.locale"})


def mistakes_of_answer_from(ask: Ask, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of a question's `answer-from` and `if-measured`."""
    if ask.answer_from is None:
        if ask.if_measured != "confirm":
            yield Mistake(("if-measured",), phrase("measured-by-nothing"), on_key=True)
        return
    if ask.is_contact:
        words = phrase("contact-proposed", name=ask.id)
        yield Mistake(("answer-from",), words, on_key=True)
    elif isinstance(ask.answer_from, str):
        yield from _fact(ask, ask.answer_from, names)
    else:
        for index, row in enumerate(ask.answer_from):
            yield from _row(ask, row, ("answer-from", index), names)


def _fact(ask: Ask, left: str, names: Names) -> Iterator[Mistake]:
    meant = names.resolve_fact(left, phrase("step-key", step=ask.id, key="answer-from"))
    here: KeyPath = ("answer-from",)
    if meant.wrong is not None:
        yield Mistake(here, meant.wrong, meant.suggestion)
        return
    shape = _shape(meant.side)
    if shape not in spec_of(ask).measured_shapes:
        fitting = tuple(name for name, spec in KINDS.items() if shape in spec.measured_shapes)
        words = phrase(
            "answer-unfit", left=left, name=ask.id, kind=ask.kind, listed=Listed(fitting, "or")
        )
        yield Mistake(here, words)
    elif shape == "text" and choices_of(ask) and _is_free(left, meant.side):
        yield Mistake(here, phrase("answer-in-words", left=left, name=ask.id))
    elif shape == "number" and not choices_of(ask):
        yield from _unit(ask, left, names)
    else:
        yield from _lacking(ask, left, meant.side)


def _is_free(left: str, operand: OperandType | None) -> bool:
    """Check whether a text may be anything; False if its step is faulty."""
    is_known = operand is not None or left.startswith(f"{ENVIRONMENT}.")
    return is_known and left not in _OF_FEW_WORDS


def _shape(operand: OperandType | None) -> MeasuredShape:
    """Return the shape of a fact's values; those of the environment are texts."""
    if operand is None or (operand.values is None and not operand.is_number):
        return "text"
    return "number" if operand.is_number else "word"


def _unit(ask: Ask, left: str, names: Names) -> Iterator[Mistake]:
    """Yield a mistake if the measured unit can't be converted to the question's unit."""
    name, _, fact_name = left.partition(".")
    entry = names.earlier.get(name)
    fact = facts_of_step(entry.step if entry is not None else None).get(fact_name)
    measured = unit_of((fact.unit or fact.counts) if fact is not None else "")
    if fact is None or measured is None:
        return
    asked = unit_of_text(ask.unit) if "unit" in spec_of(ask).keys else MINUTE
    if asked is not None and convert(1, measured, asked) is not None:
        return
    counted = fact.unit or fact.counts
    at: KeyPath = ("answer-from",)
    if ask.unit is None:
        yield Mistake(at, phrase("unit-needed", left=left, unit=counted, name=ask.id))
    else:
        yield Mistake(("unit",), phrase("unit-unfit", left=left, unit=counted, name=ask.id))


def _lacking(ask: Ask, left: str, operand: OperandType | None) -> Iterator[Mistake]:
    """Yield a mistake if measured values are missing among the choices."""
    choices = choices_of(ask)
    # A yes-no question can't have more choices: for other measured values it is simply asked.
    if operand is None or operand.values is None or "choices" not in spec_of(ask).keys:
        return
    lacking = tuple(value for value in operand.values if value not in choices)
    if len(lacking) == len(operand.values):
        words = phrase(
            "no-choice-measured",
            left=left,
            name=ask.id,
            value=lacking[0],
            choice=next(iter(choices), ""),
        )
        yield Mistake(("answer-from",), words)
    elif lacking:
        listed = Listed(lacking[:_MOST_LACKING])
        yield Mistake(("answer-from",), phrase("choice-lacking", left=left, listed=listed))


def _row(ask: Ask, row: Row, here: KeyPath, names: Names) -> Iterator[Mistake]:
    if row.otherwise is not None or row.when is None or row.is_ is None:
        yield Mistake(here, phrase("answer-row"))
        return
    at = phrase("step-key", step=ask.id, key="answer-from")
    mistakes = list(mistakes_of_condition(row.when, (*here, "when"), names, at))
    yield from mistakes
    compared = comparisons_in(row.when)
    if not mistakes and not any("." in compare.left for compare in compared):
        yield Mistake((*here, "when"), phrase("row-without-fact"))
    choices = choices_of(ask)
    word = scalar_text(row.is_) if not isinstance(row.is_, list | dict) else ""
    if choices and word not in choices:
        yield Mistake((*here, "is"), no_choice(ask.id, word, choices), near_word(word, choices))
    elif not choices and measured_answer(ask, row.is_, None) is None:
        words = phrase("row-unfit", word=cut(word), name=ask.id, kind=ask.kind)
        yield Mistake((*here, "is"), words)


def no_choice(name: str, word: str, choices: Mapping[str, Text]) -> Phrase:
    """Return the message about a value that isn't one of a question's choices."""
    return phrase("no-choice", word=cut(word), name=name, hint=hint(word, choices))
