"""Constraints between the facts of one diagnosis: findings, root cause, severity, verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from diagnostics import CODES
from intake.authoring.proof.clauses import Clauses, Literal
from intake.authoring.proof.variables import Variable

# Facts that constrain one another: all of them are modelled wherever one is read.
LINKED_FACTS: Final = frozenset({"finding", "cause", "layer", "severity", "verdict"})
_CAUSE_FACTS: Final = ("layer", "severity", "fixer")
_REACHABLE: Final = "ok.reachable"


def add_report_constraints(
    clauses: Clauses, variables: Mapping[str, Variable], check: str, done: Literal
) -> None:
    """
    Exclude combinations of facts that no report has (`diagnostics.report.Report.facts`).

    A severity belongs to a finding rather than to its code: the same code is critical where nothing
    works, and a warning where one address of two doesn't.
    """
    facts = {
        left.partition(".")[2]: variable
        for left, variable in variables.items()
        if left.partition(".")[0] == check
    }
    finding, cause, verdict = facts["finding"], facts["cause"], facts["verdict"]
    for variable in (finding, verdict):
        _equate(clauses, variable.known, done)
    for name in _CAUSE_FACTS:
        if name in facts:
            _equate(clauses, facts[name].known, cause.known)
    _constrain_causes(clauses, facts, finding, cause)
    _constrain_verdict(clauses, facts, finding)


def _equate(clauses: Clauses, first: Literal, second: Literal) -> None:
    clauses.implies(first, second)
    clauses.implies(second, first)


def _constrain_causes(
    clauses: Clauses, facts: Mapping[str, Variable], finding: Variable, cause: Variable
) -> None:
    layer, is_info = facts["layer"], facts["severity"].literal_of("info")
    for code, info in CODES.items():
        is_found, is_cause = finding.literal_of(code), cause.literal_of(code)
        if is_found is None or is_cause is None:
            continue
        clauses.implies(is_cause, is_found)  # the root cause is a finding
        clauses.implies(is_found, cause.known)  # one of the findings is the root cause
        of_layer = layer.literal_of(info.layer)
        if of_layer is not None:
            clauses.implies(is_cause, of_layer)
        if is_info is not None and info.severity != "info":
            clauses.implies(is_cause, -is_info)


def _constrain_verdict(clauses: Clauses, facts: Mapping[str, Variable], finding: Variable) -> None:
    verdict, severity = facts["verdict"], facts["severity"]
    for word, worst in (("fault", "critical"), ("degraded", "warning")):
        is_verdict, is_worst = verdict.literal_of(word), severity.literal_of(worst)
        if is_verdict is not None and is_worst is not None:
            clauses.implies(is_verdict, is_worst)
    healthy, critical = verdict.literal_of("healthy"), severity.literal_of("critical")
    reachable, is_info = finding.literal_of(_REACHABLE), severity.literal_of("info")
    if healthy is not None and reachable is not None:
        _equate(clauses, healthy, reachable)
    if healthy is not None and critical is not None:
        clauses.implies(healthy, -critical)
    is_cause = facts["cause"].literal_of(_REACHABLE)
    if is_cause is not None and is_info is not None:
        clauses.implies(is_cause, is_info)
    inconclusive = verdict.literal_of("inconclusive")
    if "symptom" in facts:
        clauses.implies(facts["symptom"].known, facts["cause"].known)
        if inconclusive is not None:
            clauses.implies(inconclusive, -facts["symptom"].known)
