"""Reads `desk.yaml`, a department's declarations for all checklists of its folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from intake.authoring.corrections import without_failed_suggestions
from intake.authoring.lint.desk import mistakes_of_desk
from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake, Place, Problem
from intake.authoring.syntax.model_errors import explain
from intake.authoring.syntax.text_file import read_text
from intake.authoring.syntax.yaml_nodes import Node
from intake.authoring.syntax.yaml_reader import parse_yaml
from intake.journey.checklist_paths import DESK_FILE
from intake.journey.support_desk import SupportDesk


@dataclass(frozen=True, slots=True)
class DeskReading:
    """The declarations of a folder, None if they have errors; and the problems."""

    desk: SupportDesk | None
    problems: tuple[Problem, ...] = ()


def read_desk(folder: Path) -> DeskReading:
    """Read the declarations of a folder; empty declarations if it has no file."""
    path = folder / DESK_FILE
    if not path.is_file():
        return DeskReading(SupportDesk())
    text = read_text(path)
    if isinstance(text, Problem):
        return DeskReading(None, (text,))
    return _read_and_correct(text, str(path))


@lru_cache(maxsize=16)  # each checklist of the folder reads it again
def _read_and_correct(text: str, file: str) -> DeskReading:
    reading = _read(text, file)
    problems = without_failed_suggestions(
        reading.problems, text, file, lambda new: _read(new, file).problems
    )
    return DeskReading(reading.desk, problems)


def _read(text: str, file: str) -> DeskReading:
    source = parse_yaml(text, file=file)
    root, problems = source.root, list(source.problems)
    if root is None or not isinstance(root.value, dict):
        if not problems:
            place = root.place if root else Place(1, 1)
            problems.append(Problem.at(file, place, phrase("desk-empty")))
        return DeskReading(None, tuple(problems))
    desk: SupportDesk | None = None
    try:
        desk = SupportDesk.model_validate(root.plain())
        mistakes = list(mistakes_of_desk(desk, root))
    except ValidationError as error:
        mistakes = list(explain(error, SupportDesk, phrase("the-desk")))
    # The YAML reader has reported each line that it repaired: one message is enough.
    placed = (_placed(mistake, root, file) for mistake in mistakes)
    problems += (problem for problem in placed if problem.line not in source.repaired_lines)
    is_good = not any(problem.severity == "error" for problem in problems)
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    return DeskReading(desk if is_good else None, tuple(ordered))


def _placed(mistake: Mistake, root: Node, file: str) -> Problem:
    place = mistake.place or root.find(mistake.path, on_key=mistake.on_key)
    return Problem.at(file, place, mistake.words, mistake.suggestion)
