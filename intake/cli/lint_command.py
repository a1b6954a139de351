"""`intake checklists lint`: each mistake with its line, and the corrected line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from diagnostics.texts import CompleteLanguage, is_hidden, json_text, more_languages
from intake.authoring.folder_rules import FolderChecklist, folder_problems
from intake.authoring.lint.tests import variants_of
from intake.authoring.loader import examine_file, find_file
from intake.authoring.messages import Phrase, phrase, registry
from intake.authoring.problems import ChecklistErrors, Problem
from intake.authoring.second_process import with_second_process
from intake.authoring.syntax.yaml_reader import MAX_BYTES
from intake.cli.failing import fail
from intake.cli.own_folder import own_folder, own_translations
from intake.cli.system_language import complete_language
from intake.journey.checklist_paths import checklist_files, section_files

_MAX_LINES = 6  # of a correction
_MAX_WIDTH = 200  # characters of a source line that are shown


class NothingToLint(Exception):  # noqa: N818 - what was named, not what went wrong
    """A path that holds no checklist; `texts` name it and say what to do, by language."""

    def __init__(self, texts: Mapping[CompleteLanguage, str]) -> None:
        super().__init__(texts["en"])
        self.texts = texts


@dataclass(frozen=True, slots=True)
class LintResult:
    """
    The problems of some files, in the order of files and lines.

    `tests_left`: how many of the files' tests were not run, because there are too many.
    """

    files: int
    problems: tuple[Problem, ...]
    tests_left: int = 0

    @property
    def has_errors(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.severity == "error" for problem in self.problems)

    def lines(self, language: str) -> Iterator[str]:
        """
        Yield each problem as it is printed; the first problem of each code has the link
        to read on.
        """
        linked: set[str] = set()
        for problem in self.problems:
            link = f"\n    {problem.link_in(language)}" if problem.code not in linked else ""
            linked.add(problem.code)
            yield format_problem(problem, language) + link

    def total(self, language: str) -> str:
        """Return the last line."""
        errors = sum(problem.severity == "error" for problem in self.problems)
        warnings = len(self.problems) - errors
        words = phrase("total", checklists=self.files, errors=errors, warnings=warnings)
        if not self.tests_left:
            return words.in_(language)
        left = phrase("tests-left", count=self.tests_left)
        return f"{words.in_(language)}\n{left.in_(language)}"


# A folder is linted at every change; running its tests would take ten times as long.
_MAX_FILES_RUN = 3
_MAX_TESTS_RUN = 100  # each variant of a `for-each` is one
_UNWANTED_STEP_CODES = frozenset({"always-shown", "choice-lacking"})
_MISSING_SECTION_CODES = frozenset({"no-section", "contact-lacking", "step-use", "tag-include"})


def lint_paths(paths: Iterable[Path]) -> LintResult:
    """
    Examine files, and folders with their sections.

    Raises:
        NothingToLint: there is no such file, or no checklist in the folder.
    """
    problems: dict[Problem, None] = {}
    files = tests_left = 0
    for path in paths:
        sections: set[str] = set()
        folder_files: list[FolderChecklist] = []
        files_of_path = files_of(path)
        examine = _examine_and_run if len(files_of_path) <= _MAX_FILES_RUN else _examine
        for examined in with_second_process(examine, files_of_path, _size):
            sections |= examined.sections
            tests_left += examined.tests_left
            problems |= dict.fromkeys(examined.problems)
            files += 1
            if examined.of_folder is not None and path.is_dir():
                folder_files.append(examined.of_folder)
        problems |= dict.fromkeys(folder_problems(folder_files))
        # Sections that a checklist uses were examined in it, under its conditions and values.
        for section in section_files(path) if path.is_dir() else ():
            if short_path(section) not in sections:
                problems |= dict.fromkeys(examine_file(Path(short_path(section))).problems)
    if any(problem.code in _MISSING_SECTION_CODES for problem in problems):
        # A missing section explains why no checklist uses it.
        problems = {problem: None for problem in problems if problem.code != "section-alone"}
    ordered = sorted(
        _once_for_a_place(problems),
        key=lambda problem: (problem.file, problem.line, problem.column),
    )
    return LintResult(files, tuple(ordered), tests_left)


def _once_for_a_place(problems: Iterable[Problem]) -> Iterable[Problem]:
    """Return the problems, each mistake in a section once, whatever checklists use it."""
    places = {(p.file, p.line, p.column, p.code, p.suggestion): p for p in reversed([*problems])}
    return places.values()


class _FileResult(NamedTuple):
    """The problems of one file, and what of its checklist is compared with the other files."""

    of_folder: FolderChecklist | None
    problems: tuple[Problem, ...]
    sections: frozenset[str]
    tests_left: int = 0


def _examine(file: Path) -> _FileResult:
    return _lint_file(file, max_tests=0)


def _examine_and_run(file: Path) -> _FileResult:
    return _lint_file(file, max_tests=_MAX_TESTS_RUN)


def _lint_file(file: Path, *, max_tests: int) -> _FileResult:
    """Examine a file, and run its tests unless there are more than `max_tests`."""
    examined = examine_file(file)
    checklist = examined.checklist
    if checklist is None:
        return _FileResult(None, examined.problems, examined.sections)
    problems, left = examined.problems, variants_of(checklist)
    if 0 < left <= max_tests:
        # The tests' machinery costs a quarter of a second, which only they need.
        from intake.authoring.folder_words import folder_router  # noqa: PLC0415
        from intake.authoring.simulation.failed_tests import problems_of_tests  # noqa: PLC0415

        router = folder_router(checklist, file.parent)
        failed = problems_of_tests(checklist, file, router)
        # If a step shouldn't be shown or asked, tests fail only because its answer is missing.
        has_unwanted = any(problem.code in _UNWANTED_STEP_CODES for problem in problems)
        waiting = (problem for problem in failed if not (has_unwanted and _is_waiting(problem)))
        problems, left = (*problems, *waiting), 0
    return _FileResult(FolderChecklist.of(file, checklist), problems, examined.sections, left)


def _is_waiting(problem: Problem) -> bool:
    """Check whether a test fails because a question is left without an answer."""
    words = dict(problem.words.parameters)["words"]
    return isinstance(words, Phrase) and words.code == "test-no-end"


def _size(file: Path) -> float:
    return file.stat().st_size if file.is_file() else 0


def files_of(path: Path) -> list[Path]:
    """
    Return the checklists of a folder, or the one of a file or a shipped name.

    Raises:
        NothingToLint: there is none.
    """
    if path.is_dir():
        files = checklist_files(path)
        if not files:
            raise NothingToLint(
                {
                    "en": f"{path}: no checklist (*.yaml) in this folder;"
                    " name a file or another folder",
                    "ru": f"{path}: в этой папке нет чек-листов (*.yaml);"
                    " укажите файл или другую папку",
                }
            )
        return [Path(short_path(file)) for file in files]
    try:
        return [find_file(path)]
    except ChecklistErrors as errors:
        problem = errors.problems[0]
        raise NothingToLint(
            {"en": problem.message_in("en"), "ru": problem.message_in("ru")}
        ) from None


def short_path(path: Path) -> str:
    """Return a path relative to the current folder if it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def format_problem(problem: Problem, language: str = "en") -> str:
    """Return a problem, its line with the words underlined, and the corrected line."""
    message = problem.message_in(language)
    if problem.severity == "warning":
        message = phrase("a-warning", message=message).in_(language)
    lines = [f"{problem.file}:{problem.line}:{problem.column}: {message}"]
    source = _source_line(problem)
    if source is not None:
        lines += [f"    {source}", f"    {_marks(problem, source)}"]
    if problem.suggestion and registry()[problem.code].topic == "yaml":
        corrected = phrase("corrected").in_(language)
        correction = problem.suggestion.split("\n")
        lines += [
            f"    {corrected}",
            *(f"    {line[:_MAX_WIDTH]}" for line in correction[:_MAX_LINES]),
        ]
        lines += ["    …"] if len(correction) > _MAX_LINES else []
    return "\n".join(lines)


def _marks(problem: Problem, source: str) -> str:
    before = source[: problem.column - 1]
    # A tab stays one, so that the mark stands under its word whatever a tab's width is.
    indent = "".join(character if character == "\t" else " " for character in before)
    return indent + "^" * max(1, min(problem.length, len(source) - len(before)))


def _source_line(problem: Problem) -> str | None:
    try:
        with Path(problem.file).open(encoding="utf-8", errors="replace") as file:
            # What is behind the limit has no problem of its own: the file is refused for its size.
            lines = file.read(MAX_BYTES).splitlines()
    except OSError:
        return None
    if problem.line > len(lines) or not lines[problem.line - 1].strip():
        return None
    # A hidden character would move what stands behind it away from its mark.
    return "".join(
        char if char == "\t" or not is_hidden(char) else "·"
        for char in lines[problem.line - 1][:_MAX_WIDTH]
    )


def lint_checklists(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="files or folders; else INTAKE_CHECKLISTS, else the shipped"),
    ] = None,
    *,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="of the messages; by default the system's")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="one JSON array, a row a mistake")
    ] = False,
) -> None:
    """Every mistake at once, each with its place; exit status 1 if there is an error."""
    chosen = complete_language(language)
    read = paths or [own_folder(chosen, command="lint")]
    try:
        linted = lint_paths(read)
    except NothingToLint as error:
        fail(error.texts[chosen])
    if as_json:
        rows = [problem.as_row(chosen) for problem in linted.problems]
        typer.echo(json_text(rows, indent=2))
    else:
        for line in linted.lines(chosen):
            typer.echo(line)
        _tell_untranslated(read, chosen)
        typer.echo(linted.total(chosen), err=True)
    if linted.has_errors:
        raise typer.Exit(1)


def _tell_untranslated(paths: list[Path], spoken: CompleteLanguage) -> None:
    """Warn of texts that an operator's own languages lack; nothing unless one is set."""
    own_translations(spoken)
    if not (languages := more_languages()):
        return
    from intake.cli.translations import untranslated_in  # noqa: PLC0415 - seldom needed

    files = [
        file for path in paths for file in (checklist_files(path) if path.is_dir() else [path])
    ]
    for file in files:
        for line, language, text in untranslated_in(file, languages):
            words = phrase("not-translated", language=language, text=text)
            warning = phrase("a-warning", message=words).in_(spoken)
            typer.echo(f"{short_path(file)}:{line}:1: {warning}")
