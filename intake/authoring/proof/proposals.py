"""Literals for "a measurement answers this question", by the journey's own rule."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from intake.authoring.proof.clauses import Clauses, Literal
from intake.authoring.proof.condition_truth import ConditionTruth, FindVariable
from intake.authoring.proof.variables import OTHER
from intake.journey.kinds import choices_of, spec_of
from intake.journey.kinds.units import convert, unit_of, unit_of_text
from intake.journey.proposals import measured_answer
from intake.journey.steps import Ask


def measured_answer_literal(
    clauses: Clauses, truth: ConditionTruth, ask: Ask, *, unit: str, find: FindVariable
) -> Literal:
    """
    Return a literal that holds only where a measurement answers the question.

    It doesn't hold where that is undecidable, such as for a text that no condition compares.
    """
    if isinstance(ask.answer_from, str):
        return _literal_from_fact(clauses, ask, ask.answer_from, unit, find)
    rows: list[Literal] = []
    earlier_rows: list[Literal] = []
    for row in ask.answer_from or ():
        holds = truth.literals(row.when).holds
        # The first row that holds wins, even if its value is no answer to this question.
        if measured_answer(ask, row.is_, None) is not None:
            rows.append(clauses.all_of((holds, *(-earlier for earlier in earlier_rows))))
        earlier_rows.append(holds)
    return clauses.any_of(rows)


def _literal_from_fact(
    clauses: Clauses, ask: Ask, left: str, unit: str, find: FindVariable
) -> Literal:
    variable = find(left)
    check, _, fact = left.partition(".")
    # A question for one value takes the first finding, which is the root cause.
    if fact == "finding" and not spec_of(ask).has_several:
        variable = find(f"{check}.cause")
    if variable is None:
        return clauses.false
    accepted: list[Literal] = []
    rejected: list[Literal] = []
    for atom, literal in variable.literals.items():
        is_named = atom.word != OTHER or _takes_any_text(ask)
        answers = is_named and measured_answer(ask, atom.value, unit) is not None
        (accepted if answers else rejected).append(literal)
    any_accepted = clauses.any_of(accepted)
    if not spec_of(ask).has_several:
        return any_accepted
    # A list of measured values answers only if each value is accepted.
    return clauses.all_of((any_accepted, *(-literal for literal in rejected)))


def _takes_any_text(ask: Ask) -> bool:
    return "text" in spec_of(ask).measured_shapes and not choices_of(ask) and ask.accept is None


def deciding_words(ask: Ask, unit: str) -> Iterator[str]:
    """Yield the choices and bounds that decide whether a value is accepted, in the fact's unit."""
    yield from choices_of(ask)
    if ask.accept is None:
        return
    for bound, sign in ((ask.accept.from_, ">="), (ask.accept.to, "<=")):
        number = _in_unit(ask, bound, unit) if bound is not None else None
        if number is not None:
            yield f"{sign} {number:f}".rstrip("0").rstrip(".")


def _in_unit(ask: Ask, bound: float, unit: str) -> JsonValue:
    measured, asked = unit_of(unit), unit_of_text(ask.unit)
    if measured is None or asked is None:
        return bound
    return convert(bound, asked, measured)
