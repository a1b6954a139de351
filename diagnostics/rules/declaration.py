"""
Where every rule is listed, and who names which code.

A rule reads the evidence and yields findings, or nothing. `docs/findings.md` is made from here: a
code is told apart as the docstring of whoever names it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from diagnostics.catalogue import CODES, Finding
from diagnostics.rules.evidence import Evidence

Rule = Callable[[Evidence], Iterator[Finding]]
Namer = Callable[..., object]
_Namer = TypeVar("_Namer", bound=Namer)

RULES: list[Rule] = []
NAMERS: dict[str, list[Namer]] = {code: [] for code in CODES}  # whose docstrings tell it apart
_NAMED: dict[Namer, frozenset[str]] = {}


def names(*codes: str, by: tuple[Namer, ...] = ()) -> Callable[[_Namer], _Namer]:
    """Say which codes a function may conclude, itself or by asking others that say so."""

    def note(function: _Namer) -> _Namer:
        for code in codes:
            NAMERS[code].append(function)
        _NAMED[function] = frozenset(codes).union(*map(named_by, by))
        return function

    return note


def rule(*codes: str, by: tuple[Namer, ...] = ()) -> Callable[[Rule], Rule]:
    """List a rule with the codes it may name; its order within a layer is its rank there."""

    def enlist(function: Rule) -> Rule:
        RULES.append(function)
        return names(*codes, by=by)(function)

    return enlist


def named_by(function: Namer) -> frozenset[str]:
    """Every code that a rule, or a function that rules ask, may name."""
    return _NAMED[function]
