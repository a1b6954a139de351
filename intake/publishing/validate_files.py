"""`python -m intake.publishing.validate_files FOLDER NAME…`: a JSON array, a verdict a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

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
        prints = after  # it was written to while we read it


def _prints(folder: Path, name: str) -> Mapping[str, str]:
    sources = sources_of(ChecklistFolder(folder, own=folder, shipped=folder), name)
    return {
        source_name: source.print if source else ABSENT for source_name, source in sources.items()
    }


if __name__ == "__main__":
    verdicts = validate_files(Path(sys.argv[1]), sys.argv[2:])
    sys.stdout.write(json.dumps([verdict.as_row() for verdict in verdicts]))
