"""`intake checklists …`: for those who write checklists."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from diagnostics.texts import CompleteLanguage, Language, more_languages
from intake.authoring.loader import examine_file, load_checklist
from intake.authoring.problems import ChecklistErrors
from intake.authoring.schema import checklist_schema, desk_schema, schema_text, section_schema
from intake.authoring.simulation.walk import WalkResult
from intake.cli.checklist_tests import draw_checklist, run_checklist_tests
from intake.cli.lint_command import NothingToLint, format_problem, lint_paths, short_path
from intake.cli.new_command import NotBegun, begin_checklist
from intake.cli.own_folder import find_named, own_folder, own_translations
from intake.cli.try_command import TryError, read_answers, read_measured, try_checklist
from intake.cli.walked_way import way_lines
from intake.journey.checklist import Checklist
from intake.journey.checklist_paths import checklist_files
from intake.journey.journey import Journey

checklists_app = typer.Typer(
    help="Check, try and list the checklists.", no_args_is_help=True, add_completion=False
)


checklists_app.command("test")(run_checklist_tests)
checklists_app.command("draw")(draw_checklist)


@checklists_app.command("list")
def list_checklists(
    *,
    folder: Annotated[
        Path | None, typer.Option(help="instead of INTAKE_CHECKLISTS or the shipped")
    ] = None,
    language: Annotated[CompleteLanguage, typer.Option(help="of the titles")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array")] = False,
) -> None:
    """Every checklist of a folder: its name, version, questions, title."""
    rows = [_row(path, language) for path in checklist_files(folder or own_folder())]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        state = f"{row['asks']:>3} questions  {row['title']}" if row["version"] else "has mistakes"
        typer.echo(f"{row['id']:<20} {row['version'] or '-':<12} {state}")


def _row(path: Path, language: str) -> dict[str, str | int | None]:
    checklist = examine_file(path).checklist
    return {
        "id": checklist.id if checklist else path.stem,
        "version": checklist.version if checklist else None,
        "title": checklist.title.in_(language) if checklist else None,
        "asks": len(checklist.asks) if checklist else None,
        "file": short_path(path),
    }


@checklists_app.command("lint")
def lint_checklists(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="files or folders; else INTAKE_CHECKLISTS, else the shipped"),
    ] = None,
    *,
    language: Annotated[CompleteLanguage, typer.Option(help="of the messages")] = "en",
    as_json: Annotated[
        bool, typer.Option("--json", help="one JSON array, a row a mistake")
    ] = False,
) -> None:
    """Every mistake at once, each with its place; exit status 1 if there is an error."""
    try:
        linted = lint_paths(paths or [own_folder()])
    except NothingToLint as error:
        _fail(str(error))
    if as_json:
        rows = [problem.as_row(language) for problem in linted.problems]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for line in linted.lines(language):
            typer.echo(line)
        _tell_untranslated(paths or [own_folder()])
        typer.echo(linted.total(language), err=True)
    if linted.has_errors:
        raise typer.Exit(1)


def _tell_untranslated(paths: list[Path]) -> None:
    """Warn of texts that an operator's own languages lack; nothing unless one is set."""
    own_translations()
    if not (languages := more_languages()):
        return
    from intake.cli.translations import untranslated_in  # noqa: PLC0415 - seldom needed

    files = [
        file for path in paths for file in (checklist_files(path) if path.is_dir() else [path])
    ]
    for file in files:
        for line, language, text in untranslated_in(file, languages):
            typer.echo(
                f"{short_path(file)}:{line}:1: warning: not in {language}, so customers read it in"
                f" English: {text}"
            )


@checklists_app.command("new")
def new_checklist(
    name: Annotated[str, typer.Argument(help="such as mail-not-arriving")],
    *,
    folder: Annotated[Path, typer.Option(help="where to write it")] = Path(),
) -> None:
    """
    Begin a checklist: a small one that lints clean and whose tests pass, to change.

    The section that it uses comes along where the folder has none.
    """
    try:
        path, *sections = begin_checklist(name, folder)
    except NotBegun as error:
        _fail(str(error))
    for section in sections:
        typer.echo(f"{section} is there: the question that it shares with other checklists.")
    typer.echo(f"{path} is there. Change it, then: intake checklists lint {path}")


@checklists_app.command("schema")
def print_schema(
    *,
    section: Annotated[bool, typer.Option("--section", help="of a section's file")] = False,
    desk: Annotated[bool, typer.Option("--desk", help="of desk.yaml")] = False,
) -> None:
    """
    Print the language as a JSON Schema, for editors that complete and underline.

    Keep it as checklist.schema.json beside your files, and begin each of them with
    `# yaml-language-server: $schema=checklist.schema.json`.
    """
    schema = desk_schema() if desk else section_schema() if section else checklist_schema()
    typer.echo(schema_text(schema), nl=False)


@checklists_app.command("try")
def try_command(
    name: Annotated[str, typer.Argument(help="a checklist's name or file")],
    *,
    answers: Annotated[Path, typer.Option(help="answers by step id, YAML or JSON")],
    measured: Annotated[
        Path | None, typer.Option(help="made-up findings or whole reports by check id")
    ] = None,
    language: Annotated[CompleteLanguage, typer.Option(help="of the ticket")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="the ticket as JSON")] = False,
) -> None:
    """
    Walk a checklist with given answers and measurements; print the way and the ticket.

    The way is each question with its answer and each advice with what came of it. With --json the
    ticket alone is printed, and the way goes to standard error.

    Exit status 0: a ticket, or solved without one; 3: answers are missing, which are listed;
    2: an answer, a name or a file is wrong.
    """
    now = datetime.now(UTC)
    try:
        checklist = load_checklist(find_named(name))
        scripted = read_answers(answers, checklist)
        known = read_measured(measured, checklist)
        walked = try_checklist(checklist, scripted, known, language=language, now=now)
    except ChecklistErrors as errors:
        _fail("\n".join(format_problem(problem) for problem in errors.errors))
    except TryError as error:
        _fail(str(error))
    for unused in walked.unused:
        typer.echo(f"{answers}: '{unused}' was not asked on this path", err=True)
    journey = walked.journey
    if walked.refused:
        _fail(_refusals(answers, walked))
    typer.echo("\n".join(way_lines(walked, language)) + "\n", err=as_json)
    if journey.missing:
        _tell_missing(journey, language, as_json=as_json)
        raise typer.Exit(3)
    if journey.end == "solved":
        typer.echo('{"end": "solved"}' if as_json else "Solved without a ticket.")
        return
    typer.echo(_ticket(checklist, journey, now, language, as_json=as_json))


def _refusals(answers: Path, walked: WalkResult) -> str:
    lines = []
    for refused in walked.refused:
        line = f"{answers}: '{refused.step}': {refused.hint.text}"
        if refused.hint.can_insist:
            line += " (To keep it: {value: …, insisted: true}.)"
        lines.append(line)
    return "\n".join(lines)


def _tell_missing(journey: Journey, language: str, *, as_json: bool) -> None:
    rows = [
        {"id": entry.step.id, "question": entry.step.text.in_(language)}
        for entry in journey.visible
        if entry.step.id in journey.missing
    ]
    if as_json:
        typer.echo(json.dumps({"missing": rows}, ensure_ascii=False, indent=2))
        return
    typer.echo("Still missing:")
    for row in rows:
        typer.echo(f"  {row['id']}: {row['question']}")


def _ticket(
    checklist: Checklist, journey: Journey, now: datetime, language: Language, *, as_json: bool
) -> str:
    # With the database's library, which only this command needs.
    from intake.tickets import compose_ticket, new_reference, render  # noqa: PLC0415

    ticket = compose_ticket(checklist, journey.draft, reference=new_reference(), now=now)
    return render(ticket, "json" if as_json else "text", language)


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(2)
