"""Reads a checklist's YAML into a `Checklist`, or reports every mistake in it at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from intake.authoring.corrections import without_failed_suggestions
from intake.authoring.desk_file import DeskReading, read_desk
from intake.authoring.folder_rules import FolderChecklist, folder_problems
from intake.authoring.lint import lint
from intake.authoring.messages import Phrase, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import ChecklistErrors, Problem
from intake.authoring.syntax.assembly import Assembly
from intake.authoring.syntax.step_locations import StepLocation, locate_steps
from intake.authoring.syntax.text_file import read_text
from intake.journey.checklist import Checklist
from intake.journey.checklist_paths import DESK_FILE, checklist_files, shipped_folder
from intake.journey.support_desk import SupportDesk

_INCOMPLETE_CODES = frozenset({"too-many-steps", "head-indentation"})


@dataclass(frozen=True, slots=True)
class ExaminedChecklist:
    """
    The result of examining a file: a checklist unless there are errors, and all problems.

    `outline` has the locations of its steps; `sections` are the files of the sections that it uses.
    """

    checklist: Checklist | None
    problems: tuple[Problem, ...]
    outline: tuple[StepLocation, ...] = ()
    sections: frozenset[str] = frozenset()


def find_file(path_or_name: str | Path, *, folder: Path | None = None) -> Path:
    """
    Return the file at a path, or of a checklist's name in a folder (the shipped ones by default).

    Raises:
        ChecklistErrors: There is no such file.
    """
    path = Path(path_or_name)
    if path.is_file():
        return path
    within = folder or shipped_folder()
    name = path.name.removesuffix(".yaml")
    named = within / f"{name}.yaml"
    if path.name == str(path) and named.is_file():
        return named
    names = [file.stem for file in checklist_files(within)]
    words = phrase("no-file", name=str(path), hint=hint(name, names))
    raise ChecklistErrors([Problem(str(path), 1, 1, words, near_word(name, names))])


def load_checklist(path_or_name: str | Path) -> Checklist:
    """
    Return the checklist of a file, or the shipped one of that name.

    Raises:
        ChecklistErrors: The file has mistakes; the exception has all of them.
    """
    return _or_raise(examine_file(find_file(path_or_name)))


def load_text(text: str, *, file: str = "checklist.yaml", folder: Path | None = None) -> Checklist:
    """
    Return the checklist of a text; `folder` has its sections (the shipped ones by default).

    Raises:
        ChecklistErrors: The text has mistakes; the exception has all of them.
    """
    return _or_raise(examine_text(text, file=file, folder=folder))


def load_folder(folder: Path | None = None) -> dict[str, Checklist]:
    """
    Return every checklist of a folder by its id, without sections; the shipped ones by default.

    Raises:
        ChecklistErrors: At least one file has mistakes; the exception has those of every file.
    """
    loaded: dict[str, Checklist] = {}
    read: list[FolderChecklist] = []
    problems: list[Problem] = []
    for path in checklist_files(folder or shipped_folder()):
        examined = examine_file(path)
        problems.extend(examined.problems)
        checklist = examined.checklist
        if checklist is None:
            continue
        read.append(FolderChecklist.of(path, checklist))
        loaded[checklist.id] = checklist
    problems.extend(folder_problems(read))
    if any(problem.severity == "error" for problem in problems):
        raise ChecklistErrors(problems)
    return loaded


def _or_raise(examined: ExaminedChecklist) -> Checklist:
    if examined.checklist is None:
        raise ChecklistErrors(examined.problems)
    return examined.checklist


def examine_file(path: Path) -> ExaminedChecklist:
    """Read a file and report all of its problems; never raises for its content."""
    declared = read_desk(path.parent)
    if path.name == DESK_FILE:
        return ExaminedChecklist(None, declared.problems)
    text = read_text(path)
    if isinstance(text, Problem):
        return ExaminedChecklist(None, (text,))
    assembly = Assembly(path.parent)
    checklist = _read(assembly, text, str(path), declared)
    if assembly.is_section:
        return _examine_section(text, path)
    return _examined(checklist, assembly, text, str(path), (path.parent, declared))


def examine_text(
    text: str, *, file: str = "checklist.yaml", folder: Path | None = None
) -> ExaminedChecklist:
    """
    Read a text and report all of its problems; never raises for its content.

    `folder` has its sections and its `desk.yaml`. Without a folder the shipped sections and an
    empty `desk.yaml` are used.
    """
    within = folder or shipped_folder()
    declared = read_desk(folder) if folder else DeskReading(SupportDesk())
    assembly = Assembly(within)
    checklist = _read(assembly, text, file, declared)
    if assembly.is_section:
        alone = Problem(file, 1, 1, phrase("section-alone"))
        return ExaminedChecklist(None, (*assembly.problems, alone))
    return _examined(checklist, assembly, text, file, (within, declared))


def _read(
    assembly: Assembly, text: str, file: str, declared: DeskReading, *, is_proven: bool = True
) -> Checklist | None:
    """Return the linted checklist of a text; None if it has mistakes, which the assembly keeps."""
    parsed = assembly.read(text, file)
    assembly.add(declared.problems)
    if parsed is None:
        return None
    parsed = replace(parsed, desk=declared.desk, folder=assembly.folder)
    # With steps left out or misplaced, a proof would report things that exist as missing.
    is_whole = not any(problem.code in _INCOMPLETE_CODES for problem in assembly.problems)
    assembly.add(lint(parsed, is_proven=is_proven and is_whole))
    if parsed.head is None or any(problem.severity == "error" for problem in assembly.problems):
        return None
    steps = tuple(entry.step for entry in parsed.entries if entry.step is not None)
    return Checklist(parsed.head, steps, declared.desk)


def _examined(
    checklist: Checklist | None,
    assembly: Assembly,
    text: str,
    file: str,
    context: tuple[Path, DeskReading],
) -> ExaminedChecklist:
    folder, declared = context

    def reread(corrected: str) -> tuple[Problem, ...]:
        again = Assembly(folder)
        _read(again, corrected, file, declared, is_proven=False)
        return again.problems

    outline = locate_steps(assembly.entries)
    problems = without_failed_suggestions(assembly.problems, text, file, reread)
    return ExaminedChecklist(checklist, problems, outline, frozenset(assembly.files))


def _in_section(problem: Problem, user: str, whole: Path) -> Problem:
    """Return a problem moved to the section's own line if the message is about that section."""
    named = dict(problem.words.parameters)
    words, line = named.get("words"), named.get("line")
    is_of_it = problem.code == "in-section" and problem.file == user
    if not (is_of_it and str(named["section"]).endswith(whole.stem)):
        return problem
    if not isinstance(words, Phrase) or not isinstance(line, int):
        return problem
    return Problem(str(whole), line, 1, words)


def _examine_section(text: str, path: Path) -> ExaminedChecklist:
    """Examine a section's file by all checklists that use it; alone if none does."""
    whole = path.resolve()
    reported: dict[Problem, None] = {}
    is_used = is_named = False
    # `use: sections/x` names a file one folder below the checklist, `use: x` one beside it.
    for folder in (whole.parent.parent, whole.parent):
        for user in checklist_files(folder):
            assembly = Assembly(folder)
            user_text = read_text(user)
            if isinstance(user_text, str):
                _read(assembly, user_text, str(user), read_desk(folder))
                is_named = is_named or f"{whole.parent.name}/{whole.stem}" in user_text
            is_used = is_used or str(whole) in assembly.files
            every = (_in_section(problem, str(user), whole) for problem in assembly.problems)
            problems = (problem for problem in every if problem.file == str(whole))
            reported |= dict.fromkeys(replace(problem, file=str(path)) for problem in problems)
    if is_used:
        return ExaminedChecklist(None, tuple(reported))
    assembly = Assembly(whole.parent.parent)
    _read(assembly, text, str(path), DeskReading(None))
    # A checklist that names the section in a faulty step does mean to use it: not alone.
    alone = () if is_named else (Problem(str(path), 1, 1, phrase("section-alone")),)
    return ExaminedChecklist(None, (*assembly.problems, *alone))
