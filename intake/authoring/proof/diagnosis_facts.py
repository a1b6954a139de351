"""What one diagnosis may say together: its findings, their cause, and what is concluded of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from diagnostics import CODES
from intake.authoring.proof.clauses import Clauses, Literal
from intake.authoring.proof.variables import Variable

# Facts that follow from one another, so each is needed wherever another is read.
TOGETHER: Final = frozenset({"finding", "cause", "layer", "severity", "verdict"})
_OF_A_CAUSE: Final = ("layer", "severity", "fixer")
_REACHABLE: Final = "ok.reachable"


def say_what_goes_together(
    clauses: Clauses, variables: Mapping[str, Variable], check: str, done: Literal
) -> None:
    """
    Exclude what no report says (`diagnostics.report.Report.facts`).

    A severity belongs to a finding rather than to its code: the same code is critical where nothing
    works, and a warning where one address of two doesn't.
    """
    facts = {
        left.partition(".")[2]: variable
        for left, variable in variables.items()
        if left.partition(".")[0] == check
    }
    finding, cause, verdict = facts["finding"], facts["cause"], facts["verdict"]
    for always in (finding, verdict):
        _equal(clauses, always.known, done)
    for name in _OF_A_CAUSE:
        if name in facts:
            _equal(clauses, facts[name].known, cause.known)
    _say_of_causes(clauses, facts, finding, cause)
    _say_of_verdict(clauses, facts, finding)


def _equal(clauses: Clauses, first: Literal, second: Literal) -> None:
    clauses.implies(first, second)
    clauses.implies(second, first)


def _say_of_causes(
    clauses: Clauses, facts: Mapping[str, Variable], finding: Variable, cause: Variable
) -> None:
    layer, is_info = facts["layer"], facts["severity"].of("info")
    for code, info in CODES.items():
        is_found, leads = finding.of(code), cause.of(code)
        if is_found is None or leads is None:
            continue
        clauses.implies(leads, is_found)  # the root cause is a finding
        clauses.implies(is_found, cause.known)  # with findings one of them leads
        of_layer = layer.of(info.layer)
        if of_layer is not None:
            clauses.implies(leads, of_layer)
        if is_info is not None and info.severity != "info":
            clauses.implies(leads, -is_info)


def _say_of_verdict(clauses: Clauses, facts: Mapping[str, Variable], finding: Variable) -> None:
    verdict, severity = facts["verdict"], facts["severity"]
    for word, worst in (("fault", "critical"), ("degraded", "warning")):
        says_so, leading = verdict.of(word), severity.of(worst)
        if says_so is not None and leading is not None:
            clauses.implies(says_so, leading)
    healthy, critical = verdict.of("healthy"), severity.of("critical")
    reachable, is_info = finding.of(_REACHABLE), severity.of("info")
    if healthy is not None and reachable is not None:
        _equal(clauses, healthy, reachable)
    if healthy is not None and critical is not None:
        clauses.implies(healthy, -critical)
    leads = facts["cause"].of(_REACHABLE)
    if leads is not None and is_info is not None:
        clauses.implies(leads, is_info)
    inconclusive = verdict.of("inconclusive")
    if "symptom" in facts:
        clauses.implies(facts["symptom"].known, facts["cause"].known)
        if inconclusive is not None:
            clauses.implies(inconclusive, -facts["symptom"].known)
