"""What a measurement, or the customer's browser, answers to a question."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.answer_constraints import fits
from intake.journey.answers import Proposal
from intake.journey.checklist import CompiledStep
from intake.journey.compiled_conditions import Lookup
from intake.journey.kinds import spec_of
from intake.journey.steps import Ask


def propose(compiled: CompiledStep, lookup: Lookup) -> Proposal | None:
    """
    What is measured in answer to a step; None where nothing is known that would be an answer.

    A value that is no choice of the question, is of another unit or isn't what it accepts is no
    answer: the question is asked as if nothing was measured.
    """
    step = compiled.step
    if not isinstance(step, Ask) or step.answer_from is None:
        return None
    if compiled.fact is not None:
        value, unit, source = lookup(compiled.fact), compiled.unit, compiled.sources[0]
        fact = compiled.fact
    else:
        rows = zip(compiled.rows, compiled.sources, strict=True)
        row = next(((row, source) for row, source in rows if row[0](lookup)), None)
        if row is None:
            return None
        (_, value), source, unit = row[0], row[1], None
        fact = ",".join(sorted(compiled.from_checks))
    answer = measured_answer(step, value, unit)
    return None if answer is None else Proposal(answer, source, fact)


def measured_answer(ask: Ask, value: JsonValue, unit: str | None) -> JsonValue:
    """
    A measured value as the answer to a question; None where it is no answer.

    `unit` is what a measured number counts, "" where it counts nothing named; None: the value is
    the author's own, in the question's unit. Of several values the first counts where one is asked
    for: it is the root cause.
    """
    spec = spec_of(ask)
    if isinstance(value, list | tuple) and not spec.has_several:
        value = value[0] if value else None
    taken = None if value is None else spec.measured(ask, value, unit)
    if taken is None:
        return None
    exact, answer = taken
    # Rounding must not bring a number within what the question accepts.
    return answer if fits(ask, exact) else None
