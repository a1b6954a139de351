"""`intake checklists list`: the checklists of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from diagnostics.texts import CompleteLanguage, json_text
from intake.authoring.loader import examine_file
from intake.cli.failing import fail
from intake.cli.lint_command import NothingToLint, files_of, short_path
from intake.cli.own_folder import own_folder
from intake.cli.system_language import complete_language


def list_checklists(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="files or folders; else INTAKE_CHECKLISTS, else the shipped"),
    ] = None,
    *,
    folder: Annotated[
        Path | None, typer.Option(help="the same as a folder without --folder")
    ] = None,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="of the titles; by default the system's")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array")] = False,
) -> None:
    """Every checklist of a folder, or of the named files: its name, version, questions, title."""
    chosen = complete_language(language)
    named = [*(paths or ()), *((folder,) if folder else ())]
    try:
        files = [file for path in named or [own_folder(chosen)] for file in files_of(path)]
    except NothingToLint as error:
        fail(error.texts[chosen])
    rows = [_row(file, chosen) for file in files]
    if as_json:
        typer.echo(json_text(rows, indent=2))
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
