"""What serving customers must know of a checklist's file; found without loading the workshop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import structlog

import intake
from intake.journey.checklist import Checklist

log = structlog.get_logger(__name__)
_TIMEOUT_S: Final = 300.0  # a proof gives up long before


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Whether a file may go live.

    `prints` are those of the files that it was made of, by name; "" of one that isn't there.
    `checklist` is None where the file has mistakes. `why_not` says everything that keeps it from
    going live, a line each; it is empty exactly when nothing does.
    """

    name: str
    prints: Mapping[str, str]
    checklist: Checklist | None
    why_not: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it may go live."""
        return self.checklist is not None and not self.why_not

    def as_row(self) -> dict[str, Any]:
        """The verdict as JSON between two processes."""
        document = self.checklist.to_json() if self.checklist else None
        prints = dict(self.prints)
        return {"name": self.name, "prints": prints, "document": document, "why_not": self.why_not}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """
        The verdict that `as_row` wrote.

        Raises:
            ValueError: its checklist can't be read.
        """
        document = row["document"]
        checklist = Checklist.from_json(document) if document else None
        return cls(row["name"], row["prints"], checklist, row["why_not"])


Validate = Callable[[Path, Sequence[str]], list[Verdict]]


def validate_in_subprocess(folder: Path, names: Sequence[str]) -> list[Verdict]:
    """
    Validate files of a folder in a process of its own, which ends with its solver and its proofs.

    A server that validated by itself would hold the workshop in memory for good. Where no process
    can be started it does so all the same.
    """
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
        return [Verdict.from_row(row) for row in json.loads(done.stdout)]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        log.warning("checklists are validated in the server's own process", why=str(error))
    from intake.publishing.validate_files import validate_files  # noqa: PLC0415 - the workshop

    return validate_files(folder, names)
