"""`intake checklists try`: walk a checklist once, and print its ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from diagnostics.texts import CompleteLanguage, Language, json_text
from intake.authoring.loader import load_checklist
from intake.authoring.problems import ChecklistErrors
from intake.authoring.simulation.walk import WalkResult
from intake.cli.command_words import explain, say
from intake.cli.failing import fail
from intake.cli.lint_command import format_problem
from intake.cli.own_folder import find_named
from intake.cli.system_language import complete_language
from intake.cli.try_inputs import TryError, read_answers, read_measured, try_checklist
from intake.cli.walk_summary import walk_lines
from intake.journey.checklist import Checklist
from intake.journey.journey import Journey


def try_command(
    name: Annotated[str, typer.Argument(help="a checklist's name or file")],
    *,
    answers: Annotated[Path, typer.Option(help="answers by step id, YAML or JSON")],
    measured: Annotated[
        Path | None, typer.Option(help="made-up findings or whole reports by check id")
    ] = None,
    named: Annotated[
        CompleteLanguage | None,
        typer.Option("--language", help="of the ticket; by default the system's"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the ticket as JSON")] = False,
) -> None:
    """
    Walk a checklist with given answers and measurements; print the way and the ticket.

    The way is each question with its answer and each advice with what came of it. With --json the
    ticket alone is printed, and the way goes to standard error.

    Exit status 0: a ticket, or solved without one; 3: answers are missing, which are listed;
    2: an answer, a name or a file is wrong.
    """
    now, language = datetime.now(UTC), complete_language(named)
    try:
        checklist = load_checklist(find_named(name))
        scripted = read_answers(answers, checklist)
        known = read_measured(measured, checklist)
        walked = try_checklist(checklist, scripted, known, language=language, now=now)
    except ChecklistErrors as errors:
        fail("\n".join(format_problem(problem, language) for problem in errors.errors))
    except TryError as error:
        fail(explain(error))
    for unused in walked.unused:
        words = "{path}: '{step}' was not asked on this path"
        typer.echo(say(words, path=answers, step=unused), err=True)
    journey = walked.journey
    if walked.refused:
        fail(_refusals(answers, walked))
    typer.echo("\n".join(walk_lines(walked, language)) + "\n", err=as_json)
    if journey.missing:
        _tell_missing(journey, language, as_json=as_json)
        raise typer.Exit(3)
    if journey.end == "solved":
        typer.echo('{"end": "solved"}' if as_json else say("Solved without a ticket."))
        return
    typer.echo(_ticket(checklist, journey, now, language, as_json=as_json))


def _refusals(answers: Path, walked: WalkResult) -> str:
    lines = []
    for refused in walked.refused:
        line = f"{answers}: '{refused.step}': {refused.hint.text}"
        if refused.hint.can_insist:
            line += " " + say("(To keep it: {form}.)", form="{value: …, insisted: true}")
        lines.append(line)
    return "\n".join(lines)


def _tell_missing(journey: Journey, language: str, *, as_json: bool) -> None:
    rows = [
        {"id": entry.step.id, "question": entry.step.text.in_(language)}
        for entry in journey.visible
        if entry.step.id in journey.missing
    ]
    if as_json:
        typer.echo(json_text({"missing": rows}, indent=2))
        return
    typer.echo(say("Still missing:"))
    for row in rows:
        typer.echo(f"  {row['id']}: {row['question']}")


def _ticket(
    checklist: Checklist, journey: Journey, now: datetime, language: Language, *, as_json: bool
) -> str:
    # Imports the database's library, which the other commands don't need.
    from intake.tickets import compose_ticket, new_reference, render  # noqa: PLC0415

    ticket = compose_ticket(checklist, journey.draft, reference=new_reference(), now=now)
    return render(ticket, "json" if as_json else "text", language)
