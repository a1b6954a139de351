"""Answers to questions proposed by a measurement or the customer's browser."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.answer_constraints import is_accepted
from intake.journey.answers import Proposal
from intake.journey.checklist import CompiledStep
from intake.journey.compiled_conditions import Lookup
from intake.journey.kinds import spec_of
from intake.journey.steps import Ask


def propose(compiled: CompiledStep, lookup: Lookup) -> Proposal | None:
    """
    Return the measured answer to a step, or None if nothing usable was measured.

    A value that is no choice of the question, is of another unit or violates its `accept` is not
    proposed: the question is asked as if nothing was measured.
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
    Return a measured value as the answer to a question, or None if it can't be one.

    `unit` is the unit of a measured number, "" for a bare count; None: the value is the author's
    own, in the question's unit. If the question takes one value, the first of several is used: it
    is the root cause.
    """
    spec = spec_of(ask)
    if isinstance(value, list | tuple) and not spec.has_several:
        value = value[0] if value else None
    taken = None if value is None else spec.from_measurement(ask, value, unit)
    if taken is None:
        return None
    exact, answer = taken
    # Rounding must not bring a number within what the question accepts.
    return answer if is_accepted(ask, exact) else None
