"""Where an answer that nobody gave comes from: what was seen, what follows of it, the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diagnostics import CONCLUSIONS
from intake.journey.draft import ENVIRONMENT, Source
from intake.journey.operands import facts_of_step
from intake.journey.steps import Step


def source_of(lefts: Iterable[str]) -> Source:
    """
    Whose word an answer is that these left sides give.

    *Measured* is what a check saw, such as a port that is closed. *Inferred* is what follows: from
    a conclusion such as a cause or a verdict, or from an answer of the customer's together with it.
    """
    named = [left.partition(".") for left in lefts]
    if all(name == ENVIRONMENT for name, _, _ in named):
        return Source.BROWSER
    if all(fact and fact not in CONCLUSIONS for _, _, fact in named):
        return Source.MEASURED
    return Source.INFERRED


def unit_of_fact(left: str, by_id: Mapping[str, Step]) -> str:
    """What the number of a fact counts, as in `ms`; empty where it counts nothing named."""
    name, _, fact = left.partition(".")
    known = facts_of_step(by_id.get(name))
    return known[fact].unit or known[fact].counts if fact in known else ""
