"""Checks that the facts which a test states agree with the finding in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from diagnostics import CODES
from intake.authoring.lint.measurements import as_number
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.conditions import scalar_text
from intake.journey.steps import Check

_OF_STATUS: Final = re.compile(r"error-(\d{3})")
_REACHABLE: Final = "ok.reachable"
_LAST_GOOD: Final = 399  # the highest status of a page that came


def mistakes_of_unlikely(
    measured: Mapping[str, JsonValue], checks: Mapping[str, Check]
) -> Iterator[Mistake]:
    """Yield, once for a check, a status or verdict that no report has with its finding."""
    for name, facts in measured.items():
        if name in checks and isinstance(facts, dict):
            yield from _of_check(checks[name], facts)


def _of_check(check: Check, facts: Mapping[str, JsonValue]) -> Iterator[Mistake]:
    written = facts.get("finding")
    codes = [str(code) for code in (written if isinstance(written, list) else [written]) if code]
    if not codes or any(code not in CODES for code in codes):
        return  # `measurements.py` reports unknown codes
    for fact, fits in (("status", _status(codes)), ("verdict", _verdict(codes, facts, check))):
        if fits and fact in facts:
            words = (
                phrase(
                    "test-unfit",
                    left=f"{check.id}.{fact}",
                    value=cut(scalar_text(facts[fact])),
                    finding=cut(codes[0]),
                    fits=fits,
                )
                if not _is_fit(facts[fact], fits)
                else None
            )
            if words is not None:
                yield Mistake((check.id, fact), words)
                return


def _status(codes: Sequence[str]) -> str:
    """Return the range of a page's status with this only finding, or "" if it may be any."""
    if len(codes) > 1:
        return ""
    symptom = _OF_STATUS.fullmatch(CODES[codes[0]].symptom or "")
    if symptom is not None:
        return symptom[1]
    return f"200-{_LAST_GOOD}" if codes[0] == _REACHABLE else ""


def _verdict(codes: Sequence[str], facts: Mapping[str, JsonValue], check: Check) -> str:
    """Return the verdict that goes with the findings, or "" (see `diagnostics.report`)."""
    if check.diagnose == "mail":
        return ""
    if _REACHABLE in codes:
        return "healthy"
    return "fault" if facts.get("verdict") == "healthy" else ""


def _is_fit(value: JsonValue, fits: str) -> bool:
    number = as_number(value)
    if number is None:
        return scalar_text(value) == fits if not isinstance(value, list | dict | None) else True
    least, _, most = fits.partition("-")
    return float(least) <= number <= float(most or least) if least.isdigit() else True
