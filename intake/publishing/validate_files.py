"""`python -m intake.publishing.validate_files FOLDER NAME…` prints a JSON array of verdicts."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from intake.authoring.second_process import with_second_process
from intake.publishing.dependencies import sources_of
from intake.publishing.folder import ABSENT, ChecklistFolder
from intake.publishing.validation import judge_file
from intake.publishing.verdict import FileVerdict


def validate_files(folder: Path, names: Sequence[str]) -> list[FileVerdict]:
    """Validate files of a folder in this process."""
    return [_verdict(folder, name) for name in names]


def _verdict(folder: Path, name: str) -> FileVerdict:
    prints = _prints(folder, name)
    while True:
        judgement = judge_file(folder, name)
        after = _prints(folder, name)
        if after == prints:
            return FileVerdict(name, prints, judgement.checklists.get(name), judgement.why_not)
        prints = after  # it was changed while we read it


def _prints(folder: Path, name: str) -> Mapping[str, str]:
    sources = sources_of(ChecklistFolder(folder, own=folder, shipped=folder), name)
    return {
        source_name: source.print if source else ABSENT for source_name, source in sources.items()
    }


def _main(folder: Path, names: Sequence[str]) -> None:
    """Print the verdicts, computed in up to two processes."""

    def row(name: str) -> Mapping[str, Any]:
        return _verdict(folder, name).as_row()

    def size(name: str) -> float:
        path = folder / f"{name}.yaml"
        return path.stat().st_size if path.is_file() else 0

    sys.stdout.write(json.dumps(with_second_process(row, names, size)))


if __name__ == "__main__":
    gc.disable()  # the process is short-lived
    _main(Path(sys.argv[1]), sys.argv[2:])
