"""
What conditions may read of a check: the names of its facts, and what each may say.

A fact that wasn't measured is absent, which a condition reads as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import JsonValue

from diagnostics import CODES, FINDING_LAYERS, SERVICE_PORTS, SYMPTOMS
from intake.journey.draft import Environment

VERDICTS: Final = ("healthy", "degraded", "fault", "inconclusive")
SEVERITIES: Final = ("critical", "warning", "info")
FIXERS: Final = ("customer", "hosting", "registrar", "network")
_SERVICE: Final = ("open", "refused", "silent", "prohibited")
_YES_NO: Final = ("yes", "no")
_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_VERDICT_OF = {"critical": "fault", "warning": "degraded", "info": "healthy"}


def facts_of_kind(diagnose: str) -> Mapping[str, tuple[str, ...] | None]:
    """The facts of a site's or a server's diagnosis, with their closed values; None: any."""
    common: dict[str, tuple[str, ...] | None] = {
        "finding": tuple(CODES),
        "cause": tuple(CODES),
        "layer": tuple(FINDING_LAYERS),
        "symptom": tuple(SYMPTOMS),
        "severity": SEVERITIES,
        "verdict": VERDICTS,
        "fixer": FIXERS,
        "status": None,
        "ping": ("answers", "silent"),
        "opens-by-address": _YES_NO,
        "opens-by-name": _YES_NO,
    }
    if diagnose == "server":
        common |= dict.fromkeys(SERVICE_PORTS, _SERVICE)
    return common


def environment_facts() -> tuple[str, ...]:
    """What the customer's own request tells."""
    return tuple(Environment.model_fields)


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
