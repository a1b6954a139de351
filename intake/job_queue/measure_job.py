"""A diagnosis as the arguments of a job."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from diagnostics import Target
from intake.checks.shared_run import CheckKind, CheckRequest


def write_request(asked: CheckRequest) -> dict[str, Any]:
    """What a worker needs to measure it; a customer's letter is never in a job."""
    return {"kind": asked.kind, "target": asdict(asked.target)}


def read_request(kind: str, target: dict[str, str | int | None]) -> CheckRequest:
    """
    What a job asks to measure.

    Raises:
        TypeError: another release wrote it.
    """
    return CheckRequest(Target(**cast("Any", target)), cast("CheckKind", kind), None)
