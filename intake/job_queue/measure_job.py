"""Convert a diagnosis to the arguments of a job, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, cast

from diagnostics import Target
from intake import database as db
from intake.checks.shared_run import CheckKind, CheckRequest


def write_request(request: CheckRequest) -> dict[str, Any]:
    """
    Return what a worker needs to measure a target; a customer's letter is never in a job.

    The target is encrypted, like the database, if the operator gives keys.
    """
    return {
        "kind": request.kind,
        "target": db.encrypt_value(json.dumps(asdict(request.target)).encode()).decode(),
    }


def read_request(kind: str, target: str | dict[str, str | int | None]) -> CheckRequest:
    """
    Return the request of a job, also from before targets were encrypted.

    Raises:
        StorageKeyMissing: it was encrypted with a key that isn't here.
        TypeError: another release wrote it.
    """
    parts = json.loads(db.decrypt_value(target.encode())) if isinstance(target, str) else target
    return CheckRequest(Target(**cast("Any", parts)), cast("CheckKind", kind), None)
