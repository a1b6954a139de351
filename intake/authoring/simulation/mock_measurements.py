"""Made-up measurements: what a check shall have found, for trying and testing without a network."""

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

# Addresses for documentation (RFC 5737, RFC 3849): nobody has them, so a made-up check may.
_EXAMPLES: Final = Options(
    allow_networks=tuple(
        ip_network(network)
        for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    )
)


def read_example(text: str) -> TargetReading:
    """Read a target as customers' are read, and let the addresses of examples pass."""
    return read_target(text, _EXAMPLES)


class NotMeasurable(ValueError):  # noqa: N818 - what was written, not what went wrong
    """A measurement that no check can make; `path` leads to it, `suggestion` is the likely one."""

    def __init__(self, mistake: Mistake) -> None:
        self.path, self.suggestion = mistake.path, mistake.suggestion
        self.message = mistake.words.in_("en")
        super().__init__(self.message)


@dataclass(frozen=True)
class Measured:
    """What the checks shall have found: facts and a report by check id."""

    facts: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    environment: Environment = field(default_factory=Environment)

    def run(self, due: CheckDue, at: datetime) -> CheckRun:
        """The run of a check; one that nothing is said of counts as failed on our side."""
        name = due.step.id
        run = CheckRun(
            step=due.run, target=due.target, expected=due.expected, state="failed", started_at=at
        )
        if name in self.reports:
            report, facts = self.reports[name], self.reports[name].facts()
        elif name in self.facts:
            facts = dict(self.facts[name])
            made_up = mock_report(due, facts, at)
            if made_up is None:
                return run.model_copy(update={"state": "done", "facts": facts})
            report = made_up
        else:
            return run.model_copy(update={"why_failed": "not measured here"})
        update = {"state": "done", "facts": facts, "report": report.model_dump(mode="json")}
        return run.model_copy(update=update)


def read_measured(stated: Mapping[str, JsonValue], checklist: Checklist) -> Measured:
    """
    Measurements by check: `web: {finding: …}`, `web: failed`, `environment: {browser: …}`.

    Raises:
        NotMeasurable: a name is no check, or a value is nothing that the check can find.
    """
    checks = {check.id: check for check in checklist.checks}
    for mistake in mistakes_of_given(stated, checks):
        raise NotMeasurable(mistake)
    facts = {
        name: _with_what_follows(checks[name], value)
        for name, value in stated.items()
        if name != ENVIRONMENT and isinstance(value, dict)
    }
    failed = frozenset(stated) - facts.keys() - {ENVIRONMENT}
    return Measured(facts, {}, failed, Environment.model_validate(stated.get(ENVIRONMENT) or {}))


def _with_what_follows(check: Check, stated: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The facts of a check as written, and what follows from its findings."""
    known = facts_of(check.diagnose)
    facts = {
        name: as_number(value) if known[name].is_number else value for name, value in stated.items()
    }
    # A test that names only the cause means that it was found.
    findings = facts.pop("finding", facts.get("cause", []))
    codes = [str(code) for code in (findings if isinstance(findings, list) else [findings])]
    # What the author wrote wins over what follows from the findings.
    return mock_facts(codes) | facts


def _by_rank(code: str) -> tuple[int, int]:
    info = CODES[code]
    return _RANK.get(info.severity, len(_RANK)), FINDING_LAYERS.index(info.layer)


def mock_facts(findings: Iterable[str]) -> dict[str, JsonValue]:
    """
    The facts of a diagnosis that would have found these codes, in whatever order they are listed.

    The gravest leads, of equals that of the lowest layer, as in a report.

    Raises:
        ValueError: a code is not in the catalogue.
    """
    codes = list(findings)
    if unknown := [code for code in codes if code not in CODES]:
        raise ValueError(unknown[0])
    if not codes:
        return {"finding": [], "verdict": "inconclusive"}
    codes.sort(key=_by_rank)
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
    """A report that says these facts; None where the target is none that can be read."""
    reading = read_example(due.target)
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
