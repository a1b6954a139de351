"""The source of a proposed answer: measured, inferred, or read from the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diagnostics import CONCLUSIONS
from intake.journey.draft import ENVIRONMENT, Source
from intake.journey.operands import facts_of_step
from intake.journey.steps import Step


def source_of(lefts: Iterable[str]) -> Source:
    """
    Return the source of an answer that is given by these left sides.

    *Measured* is what a check saw, such as a closed port. *Inferred* is what follows: from a
    conclusion such as a cause or a verdict, or from a measurement together with an answer of the
    customer.
    """
    named = [left.partition(".") for left in lefts]
    if all(name == ENVIRONMENT for name, _, _ in named):
        return Source.BROWSER
    if all(fact and fact not in CONCLUSIONS for _, _, fact in named):
        return Source.MEASURED
    return Source.INFERRED


def unit_of_fact(left: str, by_id: Mapping[str, Step]) -> str:
    """Return the unit of a numeric fact, such as `ms`, or "" if it has none."""
    name, _, fact = left.partition(".")
    known = facts_of_step(by_id.get(name))
    return known[fact].unit or known[fact].counts if fact in known else ""
