"""Two files that say that they are the same checklist."""

from __future__ import annotations

from pathlib import Path

from intake.authoring.messages import phrase
from intake.authoring.problems import Place, Problem


def id_taken(file: str, text: str, other: tuple[str, str], checklist_id: str) -> Problem:
    """
    The problem of one of two files, at the line that names the checklist.

    `other` is the second file with its text, which the message names with its line.
    """
    other_file, other_text = other
    line = _line_of_id(other_text)
    words = phrase("checklist-twice", name=checklist_id, file=other_file, line=line)
    return Problem.at(file, Place(_line_of_id(text), 1, len("checklist")), words)


def ids_taken(files: list[Path], checklist_id: str) -> list[Problem]:
    """The problems of files that are all the same checklist; each names another one."""
    texts = {file: file.read_text(encoding="utf-8-sig", errors="replace") for file in files}
    return [
        id_taken(str(file), texts[file], (str(other), texts[other]), checklist_id)
        for file, other in zip(files, [*files[1:], files[0]], strict=True)
    ]


def _line_of_id(text: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.startswith("checklist:")), 1)
