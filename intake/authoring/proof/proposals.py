"""In which cases a measurement answers a question, by the rule of the journey itself."""

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


def proposed(
    clauses: Clauses, truth: ConditionTruth, ask: Ask, *, unit: str, find: FindVariable
) -> Literal:
    """
    A literal that holds only where something measured answers the question.

    Where it can't be told, as of a text that nothing is compared with, it doesn't hold.
    """
    if isinstance(ask.answer_from, str):
        return _by_fact(clauses, ask, ask.answer_from, unit, find)
    rows: list[Literal] = []
    before: list[Literal] = []
    for row in ask.answer_from or ():
        holds = truth.of(row.when).holds
        # The first row that holds gives the answer, and what it gives may be none.
        if measured_answer(ask, row.is_, None) is not None:
            rows.append(clauses.all_of((holds, *(-earlier for earlier in before))))
        before.append(holds)
    return clauses.any_of(rows)


def _by_fact(clauses: Clauses, ask: Ask, left: str, unit: str, find: FindVariable) -> Literal:
    variable = find(left)
    check, _, fact = left.partition(".")
    # Of several findings the first is the root cause.
    if fact == "finding" and not spec_of(ask).has_several:
        variable = find(f"{check}.cause")
    if variable is None:
        return clauses.no
    fitting: list[Literal] = []
    strange: list[Literal] = []
    for atom, literal in variable.says.items():
        is_named = atom.word != OTHER or _takes_any_text(ask)
        answers = is_named and measured_answer(ask, atom.value, unit) is not None
        (fitting if answers else strange).append(literal)
    anything = clauses.any_of(fitting)
    if not spec_of(ask).has_several:
        return anything
    # Of several things measured at once each must be among the choices.
    return clauses.all_of((anything, *(-literal for literal in strange)))


def _takes_any_text(ask: Ask) -> bool:
    return "text" in spec_of(ask).measured_shapes and not choices_of(ask) and ask.accept is None


def words_that_tell(ask: Ask, unit: str) -> Iterator[str]:
    """The words by which a measured answer fits or doesn't, in the fact's own unit."""
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
