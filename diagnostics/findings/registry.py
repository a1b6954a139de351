"""Where every rule is listed. A rule reads the evidence and yields findings, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from diagnostics.findings.evidence import Evidence
from diagnostics.findings.model import Finding

Rule = Callable[[Evidence], Iterator[Finding]]

RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """List a rule; its order within a layer is its rank there."""
    RULES.append(function)
    return function
