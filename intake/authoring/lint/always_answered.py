"""Checks for conditions on the unknown answer to a question that is always answered."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from intake.authoring.lint.names import Names
from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.journey.conditions import UNKNOWN, comparisons_in


def mistakes_of_unknown(show_if: JsonValue, names: Names) -> Iterator[Mistake]:
    """Yield a mistake for `{scope: unknown}` if every customer must give a known `scope`."""
    for compare in comparisons_in(show_if):
        is_own = not compare.named and compare.allowed == (UNKNOWN,)
        if is_own and names.is_always_answered(compare.left):
            here = ("show-if", *compare.path)
            yield Mistake(here, phrase("never-unknown", left=compare.left))
