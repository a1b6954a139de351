"""Mock measurements: the results of checks as an author states them, without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import Final

from pydantic import JsonValue

from diagnostics import (
    CODES,
    FINDING_LAYERS,
    Finding,
    Options,
    Report,
    TargetReading,
    facts_of,
    read_target,
)
from intake.authoring.lint.measurements import as_number, mistakes_of_given
from intake.authoring.problems import Mistake
from intake.journey.checklist import Checklist
from intake.journey.draft import ENVIRONMENT, CheckRun, Environment
from intake.journey.path import CheckDue
from intake.journey.steps import Check

_SEVERITIES: Final = ("critical", "warning", "info")
_RANK = {severity: rank for rank, severity in enumerate(_SEVERITIES)}
_VERDICT_OF = {"critical": "fault", "warning": "degraded", "info": "healthy"}

# Addresses for documentation (RFC 5737, RFC 3849) are rejected for customers, allowed for mocks.
_ALLOWING_EXAMPLES: Final = Options(
    allow_networks=tuple(
        ip_network(network)
        for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    )
)


def read_example_target(text: str) -> TargetReading:
    """Read a target as in the product, but accept addresses reserved for documentation."""
    return read_target(text, _ALLOWING_EXAMPLES)


class NotMeasurable(ValueError):  # noqa: N818 - names the property of the stated measurement
    """
    A stated measurement that no check can give.

    `path` leads to it, `suggestion` is what was probably meant.
    """

    def __init__(self, mistake: Mistake) -> None:
        self.path, self.suggestion = mistake.path, mistake.suggestion
        self.message = mistake.words.in_("en")
        super().__init__(self.message)


@dataclass(frozen=True)
class MockMeasurements:
    """The results that the checks shall give: facts and reports by check id."""

    facts: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    environment: Environment = field(default_factory=Environment)

    def run(self, due: CheckDue, at: datetime) -> CheckRun:
        """Return the finished run of a check; without a stated result it failed on our side."""
        name = due.step.id
        run = CheckRun(
            step=due.run, target=due.target, expected=due.expected, state="failed", started_at=at
        )
        if name in self.reports:
            report, facts = self.reports[name], self.reports[name].facts()
        elif name in self.facts:
            facts = dict(self.facts[name])
            mocked = mock_report(due, facts, at)
            if mocked is None:
                return run.model_copy(update={"state": "done", "facts": facts})
            report = mocked
        else:
            return run.model_copy(update={"why_failed": "not measured here"})
        update = {"state": "done", "facts": facts, "report": report.model_dump(mode="json")}
        return run.model_copy(update=update)


def read_mock_measurements(
    stated: Mapping[str, JsonValue], checklist: Checklist
) -> MockMeasurements:
    """
    Read measurements by check: `web: {finding: …}`, `web: failed`, `environment: {browser: …}`.

    Raises:
        NotMeasurable: A name is not a check, or the check can't give the value.
    """
    checks = {check.id: check for check in checklist.checks}
    for mistake in mistakes_of_given(stated, checks):
        raise NotMeasurable(mistake)
    facts = {
        name: _completed_facts(checks[name], value)
        for name, value in stated.items()
        if name != ENVIRONMENT and isinstance(value, dict)
    }
    failed = frozenset(stated) - facts.keys() - {ENVIRONMENT}
    return MockMeasurements(
        facts, {}, failed, Environment.model_validate(stated.get(ENVIRONMENT) or {})
    )


def _completed_facts(check: Check, stated: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the facts of a check as stated, completed by those that its findings imply."""
    known = facts_of(check.diagnose)
    facts = {
        name: as_number(value) if known[name].is_number else value for name, value in stated.items()
    }
    # A test that states only the cause implies the finding.
    findings = facts.pop("finding", facts.get("cause", []))
    codes = [str(code) for code in (findings if isinstance(findings, list) else [findings])]
    # Facts that the author stated win over implied ones.
    return mock_facts(codes) | facts


def _report_order(code: str) -> tuple[int, int]:
    info = CODES[code]
    return _RANK.get(info.severity, len(_RANK)), FINDING_LAYERS.index(info.layer)


def mock_facts(findings: Iterable[str]) -> dict[str, JsonValue]:
    """
    Return the facts of a diagnosis with these findings, given in any order.

    The root cause is the most severe finding; of equals, the one of the lowest layer, as in a
    report.

    Raises:
        ValueError: A code is not in the catalogue.
    """
    codes = list(findings)
    if unknown := [code for code in codes if code not in CODES]:
        raise ValueError(unknown[0])
    if not codes:
        return {"finding": [], "verdict": "inconclusive"}
    codes.sort(key=_report_order)
    cause = CODES[codes[0]]
    worst = min(
        (CODES[code].severity for code in codes), key=lambda severity: _RANK.get(severity, 9)
    )
    facts: dict[str, JsonValue] = {
        "finding": list(codes),
        "cause": codes[0],
        "layer": cause.layer,
        "severity": cause.severity,
        "fixer": cause.fixer,
        "verdict": _VERDICT_OF.get(worst, "inconclusive"),
    }
    if cause.symptom:
        facts["symptom"] = cause.symptom
    return facts


def mock_report(due: CheckDue, facts: Mapping[str, JsonValue], at: datetime) -> Report | None:
    """Return a report with these facts, or None if the target can't be parsed."""
    reading = read_example_target(due.target)
    if not reading.accepted:
        return None
    codes = facts.get("finding")
    findings = tuple(
        Finding(
            code=str(code),
            severity=CODES[str(code)].severity,
            layer=CODES[str(code)].layer,
            fixer=CODES[str(code)].fixer,
            symptom=CODES[str(code)].symptom,
            subject=due.target,
            parameters={"subject": due.target},
        )
        for code in (codes if isinstance(codes, list) else [])
    )
    return Report.model_validate(
        {
            "target": reading.target,
            "kind": due.step.diagnose,
            "verdict": facts.get("verdict", "inconclusive"),
            "findings": findings,
            "observations": (),
            "started_at": at,
            "duration_s": 0.0,
        }
    )
