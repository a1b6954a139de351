"""Validates a file: no mistakes in it or in what uses it, and every test passes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from intake.authoring.folder_rules import id_taken
from intake.authoring.folder_words import folder_router
from intake.authoring.loader import examine_file
from intake.authoring.messages import Phrase, Value
from intake.authoring.problems import Problem
from intake.authoring.simulation.file_tests import TestResult, run_tests
from intake.authoring.syntax.step_locations import StepLocation
from intake.journey.checklist import Checklist
from intake.journey.pictures import PICTURES
from intake.publishing.dependencies import id_in, users_of
from intake.publishing.folder import DESK, ChecklistFolder, NotWritten, is_section

_Placed = TypeVar("_Placed", Problem, StepLocation)


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    The result of validating a file's text, in the folder as it is.

    `checklists` are the valid ones among those affected, by file: itself, or for a section
    every checklist that uses it; `tests` are theirs, `outlines` the locations of their steps.
    `problems` name files by their path in the folder.
    """

    name: str
    problems: tuple[Problem, ...]
    checklists: Mapping[str, Checklist]
    outlines: Mapping[str, tuple[StepLocation, ...]]
    tests: Mapping[str, tuple[TestResult, ...]]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from going live."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def failing(self) -> tuple[tuple[str, TestResult], ...]:
        """The failed tests, each with its checklist's file."""
        every = ((file, test) for file, tests in self.tests.items() for test in tests)
        return tuple((file, test) for file, test in every if not test.passed)

    @property
    def is_good(self) -> bool:
        """Whether it may go live."""
        return not self.errors and not self.failing

    @property
    def checklist(self) -> Checklist | None:
        """The checklist itself; for a section the first one that uses it."""
        return self.checklists.get(self.name) or next(iter(self.checklists.values()), None)

    @property
    def why_not(self) -> str:
        """The reasons why it can't go live, one per line."""
        lines = [str(problem) for problem in self.errors]
        for file, test in self.failing:
            where = f"{file}.yaml: test '{test.scenario.name}'"
            lines += [f"{where}: {unmet.message_in('en')}" for unmet in test.unmet]
        return "\n".join(lines)


def judge_file(folder: Path, name: str) -> Judgement:
    """Validate a file as it is in the folder."""
    return _validate(folder, name, [name])


def judge_texts(folder: ChecklistFolder, name: str, texts: Mapping[str, str]) -> Judgement:
    """
    Validate texts as if they were their files, in a copy of the folder.

    `texts` are by file; `name` is the one that the author looks at. A section is validated in every
    checklist that uses it, or by itself if none does; `desk.yaml` with all of them.

    Raises:
        NotWritten: a name isn't allowed in the folder.
    """
    for file in texts:
        if not folder.may_hold(file):
            raise NotWritten(f"'{file}' is no name of a file in {folder.path}")
    with tempfile.TemporaryDirectory(prefix="intake-") as place:
        copy = Path(place)
        for file in (DESK, *folder.checklists(), *folder.sections()):
            _copy(folder.path, copy, file)
        if (pictures := folder.path / PICTURES).is_dir():
            (copy / PICTURES).symlink_to(pictures.resolve())  # they are only read
        for file, text in texts.items():
            path = copy / f"{file}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        within = ChecklistFolder(copy, own=copy, shipped=copy)
        judged = _validate(copy, name, _affected_files(within, texts))
        twice = [
            problem
            for file, text in texts.items()
            for problem in _id_conflicts(within, file, text, judged.checklists.get(file))
        ]
    return replace(judged, problems=(*twice, *judged.problems))


def _affected_files(folder: ChecklistFolder, names: Iterable[str]) -> list[str]:
    """Return the files that a change of these files may break, without duplicates."""
    concerned: dict[str, None] = {}
    for name in names:
        if name == DESK:
            concerned |= dict.fromkeys((DESK, *folder.checklists()))
        elif is_section(name):
            concerned |= dict.fromkeys(users_of(folder, name) or [name])
        else:
            concerned[name] = None
    return list(concerned)


def _copy(source: Path, target: Path, name: str) -> None:
    path = target / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):  # taken away since it was listed
        shutil.copyfile(source / f"{name}.yaml", path)


def _validate(folder: Path, name: str, concerned: Iterable[str]) -> Judgement:
    problems: dict[Problem, None] = {}
    checklists: dict[str, Checklist] = {}
    outlines: dict[str, tuple[StepLocation, ...]] = {}
    for file in concerned:
        examined = examine_file(folder / f"{file}.yaml")
        problems |= {_within(folder, problem): None for problem in examined.problems}
        outlines[file] = tuple(_within(folder, place) for place in examined.outline)
        if examined.checklist is not None:
            checklists[file] = examined.checklist
    ordered = sorted(problems, key=lambda file: (file.file, file.line, file.column))
    tests = {
        file: run_tests(checklist, folder_router(checklist, folder))
        for file, checklist in checklists.items()
    }
    return Judgement(name, tuple(ordered), checklists, outlines, tests)


def _within(folder: Path, what: _Placed) -> _Placed:
    """Replace the path of a problem or location by the path in the folder."""
    if isinstance(what, Problem):
        what = replace(what, words=_words_within(folder, what.words))
    return replace(what, file=_path_within(folder, what.file))


def _words_within(folder: Path, words: Phrase) -> Phrase:
    """Replace paths in a message that names another file, and in nested messages."""
    named: dict[str, Value] = {}
    for name, value in words.parameters:
        if isinstance(value, Phrase):
            named[name] = _words_within(folder, value)
        elif name == "file":
            named[name] = _path_within(folder, str(value))
    return words.with_(**named) if named else words


def _path_within(folder: Path, file: str) -> str:
    path = Path(file)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else file


def _id_conflicts(
    folder: ChecklistFolder, name: str, text: str, own: Checklist | None
) -> list[Problem]:
    """Return a problem if another file already has this checklist's id."""
    if own is None:
        return []
    others = (folder.read(other) for other in folder.checklists() if other != name)
    taken = next((other for other in others if other and id_in(other.text) == own.id), None)
    if taken is None:
        return []
    return [id_taken(f"{name}.yaml", text, (f"{taken.name}.yaml", taken.text), own.id)]
