"""Whether a file may go live: no mistakes in it or in what uses it, and every test passes."""

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
    What there is to say about a file's text, in the folder as it is.

    `checklists` are the good ones among those it concerns, by file: itself, or for a section
    every checklist that uses it; `tests` are theirs, `outlines` tell where their steps stand.
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
        """The tests that didn't come out as expected, each with its checklist's file."""
        every = ((file, test) for file, tests in self.tests.items() for test in tests)
        return tuple((file, test) for file, test in every if not test.passed)

    @property
    def is_good(self) -> bool:
        """Whether it may go live."""
        return not self.errors and not self.failing

    @property
    def checklist(self) -> Checklist | None:
        """The checklist itself; of a section the first one that it stands in."""
        return self.checklists.get(self.name) or next(iter(self.checklists.values()), None)

    @property
    def why_not(self) -> str:
        """Everything that keeps it from going live, a line each."""
        lines = [str(problem) for problem in self.errors]
        for file, test in self.failing:
            where = f"{file}.yaml: test '{test.scenario.name}'"
            lines += [f"{where}: {unmet.message_in('en')}" for unmet in test.unmet]
        return "\n".join(lines)


def judge_file(folder: Path, name: str) -> Judgement:
    """Judge a file as it lies in the folder."""
    return _judged(folder, name, [name])


def judge_texts(folder: ChecklistFolder, name: str, texts: Mapping[str, str]) -> Judgement:
    """
    Judge texts as if they were their files: in a copy of the folder, beside everything else.

    `texts` are by file; `name` is the one that the author looks at. A section is judged in every
    checklist that uses it, and by itself where none does; `desk.yaml` with all of them.

    Raises:
        NotWritten: no file of the folder can be called so.
    """
    for file in texts:
        if not folder.may_hold(file):
            raise NotWritten(f"'{file}' is no name of a file in {folder.path}")
    with tempfile.TemporaryDirectory(prefix="intake-") as place:
        copy = Path(place)
        for file in (DESK, *folder.checklists(), *folder.sections()):
            _copy(folder.path, copy, file)
        if (pictures := folder.path / PICTURES).is_dir():
            (copy / PICTURES).symlink_to(pictures.resolve())  # they are only looked at
        for file, text in texts.items():
            path = copy / f"{file}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        within = ChecklistFolder(copy, own=copy, shipped=copy)
        judged = _judged(copy, name, _concerned(within, texts))
        twice = [
            problem
            for file, text in texts.items()
            for problem in _doubles(within, file, text, judged.checklists.get(file))
        ]
    return replace(judged, problems=(*twice, *judged.problems))


def _concerned(folder: ChecklistFolder, names: Iterable[str]) -> list[str]:
    """The files that a change of these files may break, each once."""
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


def _judged(folder: Path, name: str, concerned: Iterable[str]) -> Judgement:
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
    """By its file's path in the folder, wherever the folder was."""
    if isinstance(what, Problem):
        what = replace(what, words=_words_within(folder, what.words))
    return replace(what, file=_path_within(folder, what.file))


def _words_within(folder: Path, words: Phrase) -> Phrase:
    """A message that names another file, and messages within it."""
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


def _doubles(folder: ChecklistFolder, name: str, text: str, own: Checklist | None) -> list[Problem]:
    """Another file that is the same checklist already."""
    if own is None:
        return []
    others = (folder.read(other) for other in folder.checklists() if other != name)
    taken = next((other for other in others if other and id_in(other.text) == own.id), None)
    if taken is None:
        return []
    return [id_taken(f"{name}.yaml", text, (f"{taken.name}.yaml", taken.text), own.id)]
