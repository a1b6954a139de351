"""Validates files in a separate process, so that the server doesn't keep the solver in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

import intake
from intake.publishing.verdict import FileVerdict

log = structlog.get_logger(__name__)
_TIMEOUT_S: Final = 300.0  # proofs have shorter limits of their own


def validate_in_subprocess(folder: Path, names: Sequence[str]) -> list[FileVerdict]:
    """
    Validate files of a folder in a separate process.

    A server that validated itself would keep the authoring modules in memory for good. If no
    process can be started, it does so all the same.
    """
    # The other process must find this same package, also in a source checkout.
    root = str(Path(intake.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "intake.publishing.validate_files", str(folder), *names]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and names that are arguments
            command,
            check=True,
            capture_output=True,
            timeout=_TIMEOUT_S,
            env={**os.environ, "PYTHONPATH": path},
        )
        return [FileVerdict.from_row(row) for row in json.loads(done.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        log.warning("checklists are validated in the server's own process", why=str(error))
    from intake.publishing.validate_files import validate_files  # noqa: PLC0415 - the workshop

    return validate_files(folder, names)
