"""A diagnosis as the arguments of a job."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, cast

from diagnostics import Target
from intake import database as db
from intake.checks.shared_run import CheckKind, CheckRequest


def write_request(asked: CheckRequest) -> dict[str, Any]:
    """
    What a worker needs to measure it; a customer's letter is never in a job.

    The target is encrypted, as everywhere in the database, where the operator gives keys.
    """
    return {
        "kind": asked.kind,
        "target": db.encrypt_value(json.dumps(asdict(asked.target)).encode()).decode(),
    }


def read_request(kind: str, target: str | dict[str, str | int | None]) -> CheckRequest:
    """
    What a job asks to measure; as it was written before targets were encrypted, too.

    Raises:
        StorageKeyMissing: it was encrypted with a key that isn't here.
        TypeError: another release wrote it.
    """
    parts = json.loads(db.decrypt_value(target.encode())) if isinstance(target, str) else target
    return CheckRequest(Target(**cast("Any", parts)), cast("CheckKind", kind), None)
