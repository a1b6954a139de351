"""What a measurement, or the customer's browser, answers to a question."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.answers import Proposal
from intake.journey.checklist import CompiledStep
from intake.journey.conditions import Lookup, as_word
from intake.journey.draft import Source
from intake.journey.operands import ENVIRONMENT


def propose(compiled: CompiledStep, lookup: Lookup) -> Proposal | None:
    """
    What is measured in answer to a step; None where nothing is known that would be an answer.

    A value that is no choice of the question is no answer: the question is asked as if nothing was
    measured. Of several values the first counts, for it is the root cause.
    """
    if compiled.fact is not None:
        value, fact = lookup(compiled.fact), compiled.fact
    else:
        value = next((answer for holds, answer in compiled.rows if holds(lookup)), None)
        fact = ",".join(sorted(compiled.from_checks))
    if isinstance(value, list | tuple) and not compiled.has_several:
        value = value[0] if value else None
    if value is None or value == "":
        return None
    if compiled.choices:
        # A status is measured as the number 404; the choice is the word "404".
        value = as_word(value) if not isinstance(value, list) else value
        if any(choice not in compiled.choices for choice in _listed(value)):
            return None
    from_browser = fact.partition(".")[0] == ENVIRONMENT
    return Proposal(value, Source.BROWSER if from_browser else Source.MEASURED, fact)


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]
