"""`intake checklists test`: run a checklist's tests, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from diagnostics.texts import CompleteLanguage, json_text
from intake.authoring.folder_words import folder_router
from intake.authoring.loader import ExaminedChecklist, examine_file
from intake.authoring.problems import ChecklistErrors
from intake.authoring.simulation.coverage import Coverage, CoveredNames, coverage_of, with_locations
from intake.authoring.simulation.file_tests import TestResult, run_tests
from intake.authoring.simulation.trouble import MAX_QUESTIONS, Trouble
from intake.cli.failing import fail
from intake.cli.lazy_commands import enable_garbage_collection
from intake.cli.lint_command import short_path
from intake.cli.own_folder import find_named, own_folder
from intake.cli.system_language import complete_language
from intake.journey.checklist import Checklist
from intake.journey.checklist_paths import checklist_files

_NO_HYPOTHESIS = (
    "--explore needs the package hypothesis; install it with: pip install 'hosting-intake[explore]'"
)
_WORDS: Final = {
    "en": {
        "mistakes": "{file}: it has mistakes ({errors}), so nothing was run; see `checklists lint`",
        "passed": "{file}: {passed} of {count} tests passed",
        "walked": "  {count} customers made up at random walked it to an end, and met no trouble",
        "of": "{reached} of {total}",
        "missed": "      not reached: {name}",
        "steps": "steps",
        "choices": "choices",
        "ends": "ends",
        "findings": "findings",
    },
    "ru": {
        "mistakes": "{file}: в нём ошибки ({errors}), тесты не запускались; см. `checklists lint`",
        "passed": "{file}: тестов прошло {passed} из {count}",
        "walked": "  придуманных случайно клиентов: {count}, все дошли до конца без помех",
        "of": "{reached} из {total}",
        "missed": "      не пройдено: {name}",
        "steps": "шаги",
        "choices": "варианты",
        "ends": "концы",
        "findings": "находки",
    },
}


@dataclass(frozen=True)
class _TestedFile:
    """One file with its examination and the results of its tests."""

    file: str
    examined: ExaminedChecklist
    results: tuple[TestResult, ...] = ()
    coverage: Coverage | None = None
    troubles: tuple[Trouble, ...] = ()
    walks: int = 0

    @property
    def is_good(self) -> bool:
        """Whether the file has a checklist, its tests pass, and exploring it met no trouble."""
        return (
            self.examined.checklist is not None
            and all(result.passed for result in self.results)
            and not self.troubles
        )


def run_checklist_tests(  # noqa: PLR0913 - the command's own options
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="files or folders; else INTAKE_CHECKLISTS, else the shipped"),
    ] = None,
    *,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="what the tests reach; exit 1 where they don't")
    ] = False,
    explore_too: Annotated[
        bool, typer.Option("--explore", help="let generated customers walk it")
    ] = False,
    walks: Annotated[int, typer.Option(min=1, max=20_000, help="how many of them")] = 300,
    longest: Annotated[
        int, typer.Option(min=1, help="more questions on one path are too many")
    ] = MAX_QUESTIONS,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="of the messages; by default the system's")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array, a row a file")] = False,
) -> None:
    """Run the tests that stand in the files; exit status 1 if one fails."""
    explore = _load_explorer() if explore_too else None
    chosen = complete_language(language)
    tested = []
    for path in files_of(paths, chosen):
        examined = examine_file(path)
        checklist = examined.checklist
        if checklist is None:
            # Its tests can't run; the other files' still do.
            tested.append(_TestedFile(short_path(path), examined))
            continue
        results = run_tests(checklist, folder_router(checklist, path.parent))
        tested.append(
            _TestedFile(
                short_path(path),
                examined,
                results,
                coverage_of(checklist, results) if coverage else None,
                explore(checklist, walks=walks, longest=longest) if explore else (),
                walks if explore else 0,
            )
        )
    if as_json:
        rows = [_as_row(file, chosen) for file in tested]
        typer.echo(json_text(rows, indent=2))
    else:
        for file in tested:
            typer.echo("\n".join(_lines(file, chosen)))
    is_complete = all(file.coverage is None or file.coverage.is_complete for file in tested)
    if not (is_complete and all(file.is_good for file in tested)):
        raise typer.Exit(1)


def _load_explorer() -> Callable[..., tuple[Trouble, ...]]:
    """Import the generator of customers. Exits with status 2 if its package isn't installed."""
    try:
        from intake.authoring.simulation.fuzzing import find_troubles  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        fail(_NO_HYPOTHESIS)
    enable_garbage_collection()
    return find_troubles


def files_of(paths: Iterable[Path] | None, language: CompleteLanguage | None = None) -> list[Path]:
    """
    Return the files of paths, folders and names. Exits with status 2 and the reason if there are
    none.
    """
    files: list[Path] = []
    for path in paths or [own_folder(language, command="test")]:
        if path.is_dir():
            inside = checklist_files(path)
            if not inside:
                fail(f"{path}: no checklist (*.yaml) in this folder; name a file or another one")
            files.extend(inside)
            continue
        try:
            files.append(find_named(path))
        except ChecklistErrors as errors:
            fail(errors.problems[0].message)
    return files


def _lines(tested: _TestedFile, language: CompleteLanguage) -> Iterable[str]:
    checklist, say = tested.examined.checklist, _WORDS[language]
    if checklist is None:
        errors = sum(problem.severity == "error" for problem in tested.examined.problems)
        yield say["mistakes"].format(file=tested.file, errors=errors)
        return
    passed = sum(result.passed for result in tested.results)
    yield say["passed"].format(file=tested.file, passed=passed, count=len(tested.results))
    for result in tested.results:
        if not result.passed:
            yield f"  ✗ {result.name}"
            for unmet in result.unmet:
                yield f"      {'.'.join(map(str, unmet.path))}: {unmet.message_in(language)}"
    if tested.coverage is not None:
        yield from _coverage_lines(tested.coverage, tested.examined, language)
    if tested.walks and not tested.troubles:
        yield say["walked"].format(count=tested.walks)
    for trouble in tested.troubles:
        yield f"  ✗ {trouble.kind}: {trouble.message}"
        yield f"      {' → '.join(trouble.path)}"


def _coverage_lines(
    coverage: Coverage, examined: ExaminedChecklist, language: CompleteLanguage
) -> Iterable[str]:
    say = _WORDS[language]
    for name in ("steps", "choices", "ends", "findings"):
        covered: CoveredNames = getattr(coverage, name)
        reached, total = len(covered.all) - len(covered.missed), len(covered.all)
        of = say["of"].format(reached=reached, total=total)
        yield f"  {say[name]:<9}{covered.share:>5.0%}  {of}"
        missed = with_locations(covered.missed, examined.outline)
        yield from (say["missed"].format(name=name) for name in _shortened(missed))


def _shortened(names: Sequence[str]) -> Iterable[str]:
    prefix = f"{Path.cwd()}/"
    return (name.replace(prefix, "") for name in names)


def _as_row(tested: _TestedFile, language: CompleteLanguage) -> dict[str, Any]:
    checklist: Checklist | None = tested.examined.checklist
    row: dict[str, Any] = {
        "file": tested.file,
        "checklist": checklist.id if checklist else None,
        "errors": sum(problem.severity == "error" for problem in tested.examined.problems),
        "tests": [
            {
                "name": result.name,
                "passed": result.passed,
                "unmet": [
                    {"path": list(unmet.path), "message": unmet.message_in(language)}
                    for unmet in result.unmet
                ],
            }
            for result in tested.results
        ],
        "troubles": [
            {"kind": trouble.kind, "message": trouble.message, "path": list(trouble.path)}
            for trouble in tested.troubles
        ],
    }
    if tested.coverage is not None:
        row["coverage"] = {
            name: {
                "share": round(getattr(tested.coverage, name).share, 4),
                "missed": list(getattr(tested.coverage, name).missed),
            }
            for name in ("steps", "choices", "ends", "findings")
        }
    return row
