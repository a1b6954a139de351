"""Made-up measurements: what a check shall have found, for trying and testing without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import Final

from pydantic import JsonValue, ValidationError

from diagnostics import CODES, Fact, Finding, Options, Reading, Report, facts_of, read_target
from intake.journey.checklist import Checklist
from intake.journey.conditions import as_word, bounds_of
from intake.journey.draft import CheckRun, Environment
from intake.journey.journey import CheckDue
from intake.journey.problems import closest, did_you_mean
from intake.journey.sides import ENVIRONMENT
from intake.journey.steps import Check

_SEVERITIES: Final = ("critical", "warning", "info")
_RANK = {severity: rank for rank, severity in enumerate(_SEVERITIES)}
_VERDICT_OF = {"critical": "fault", "warning": "degraded", "info": "healthy"}
FAILED: Final = "failed"

Where = tuple[str | int, ...]


# Addresses for documentation (RFC 5737, RFC 3849): nobody has them, so a made-up check may.
_EXAMPLES: Final = Options(
    allow_networks=tuple(
        ip_network(each)
        for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    )
)


def read_example(text: str) -> Reading:
    """Read a target as customers' are read, and let the addresses of examples pass."""
    return read_target(text, _EXAMPLES)


class NotMeasurable(ValueError):  # noqa: N818 - what was written, not what went wrong
    """What shall have been found can't be found; `path` leads to it, `suggestion` to a better."""

    def __init__(self, path: Where, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.path, self.message, self.suggestion = path, message, suggestion


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
        run = CheckRun(step=name, target=due.target, state="failed", started_at=at)
        if name in self.reports:
            report, facts = self.reports[name], self.reports[name].facts()
        elif name in self.facts:
            facts = dict(self.facts[name])
            made_up = made_up_report(due, facts, at)
            if made_up is None:
                return run.model_copy(update={"state": "done", "facts": facts})
            report = made_up
        else:
            return run.model_copy(update={"why_failed": "not measured here"})
        update = {"state": "done", "facts": facts, "report": report.model_dump(mode="json")}
        return run.model_copy(update=update)


def read_measured(given: Mapping[str, JsonValue], checklist: Checklist) -> Measured:
    """
    Measurements by check: `web: {finding: …}`, `web: failed`, `environment: {browser: …}`.

    Raises:
        NotMeasurable: a name is no check, or a value is nothing that the check can find.
    """
    checks = {check.id: check for check in checklist.checks}
    facts: dict[str, Mapping[str, JsonValue]] = {}
    failed: set[str] = set()
    environment = Environment()
    for name, value in given.items():
        if name == ENVIRONMENT:
            environment = _environment(value)
        elif name not in checks:
            known = [*checks, ENVIRONMENT]
            message = f"'{name}' is no check of '{checklist.id}'{did_you_mean(name, known)}"
            raise NotMeasurable((name,), message, closest(name, known))
        elif value is None or value == FAILED:
            failed.add(name)
        elif isinstance(value, dict):
            facts[name] = read_facts(checks[name], value)
        else:
            raise NotMeasurable((name,), f"'{name}' is {{finding: …}}, or failed")
    return Measured(facts, {}, frozenset(failed), environment)


def _environment(value: JsonValue) -> Environment:
    try:
        return Environment.model_validate(value)
    except ValidationError:
        known = ", ".join(Environment.model_fields)
        message = f"'environment' is a mapping of {known}, each a text"
        raise NotMeasurable((ENVIRONMENT,), message) from None


def read_facts(check: Check, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """
    The facts of a check as written, and what follows from its findings.

    Raises:
        NotMeasurable: a fact doesn't exist, or never says that.
    """
    known = facts_of(check.diagnose)
    facts: dict[str, JsonValue] = {}
    for name, said in given.items():
        if name not in known:
            message = f"'{check.id}.{name}' is no fact{did_you_mean(name, list(known))}"
            raise NotMeasurable((check.id, name), message, closest(name, list(known)))
        facts[name] = _fact(known[name], said, (check.id, name))
    found = facts.pop("finding", facts.get("cause", []))
    codes = [str(code) for code in (found if isinstance(found, list) else [found])]
    return made_up_facts(codes) | facts


def _fact(fact: Fact, said: JsonValue, path: Where) -> JsonValue:
    for each in said if isinstance(said, list) else [said]:
        word = as_word(each) if not isinstance(each, dict | list) else ""
        if fact.values is not None and word not in fact.values:
            hint = did_you_mean(word, fact.values)
            message = f"'{'.'.join(map(str, path))}' is never '{word}'{hint}"
            raise NotMeasurable(path, message, closest(word, fact.values))
    if not fact.is_number:
        return said
    numbers = bounds_of(as_word(said)) if not isinstance(said, dict | list | None) else ()
    if len(numbers) != 1:
        raise NotMeasurable(path, f"'{'.'.join(map(str, path))}' is a number")
    return int(numbers[0]) if numbers[0].is_integer() else numbers[0]


def made_up_facts(findings: Iterable[str]) -> dict[str, JsonValue]:
    """
    The facts of a diagnosis that would have found these codes, its root cause first.

    Raises:
        ValueError: a code is not in the catalogue.
    """
    codes = list(findings)
    if unknown := [code for code in codes if code not in CODES]:
        raise ValueError(unknown[0])
    if not codes:
        return {"finding": [], "verdict": "inconclusive"}
    cause = CODES[codes[0]]
    worst = min((CODES[code].severity for code in codes), key=lambda each: _RANK.get(each, 9))
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


def made_up_report(due: CheckDue, facts: Mapping[str, JsonValue], at: datetime) -> Report | None:
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
