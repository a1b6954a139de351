"""Made-up measurements: what a diagnosis would have said, for trying and testing a checklist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from diagnostics import CODES

_SEVERITIES: Final = ("critical", "warning", "info")
_RANK = {severity: rank for rank, severity in enumerate(_SEVERITIES)}
_VERDICT_OF = {"critical": "fault", "warning": "degraded", "info": "healthy"}


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
