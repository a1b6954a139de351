"""`intake replies …`: check and list the templates of replies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from diagnostics.texts import CompleteLanguage, json_text
from intake.cli.failing import fail
from intake.cli.system_language import language_of_the_system
from intake.replies.template_files import SHIPPED, read_templates, reply_message

_SETTING: Final = "INTAKE_REPLIES"
_LANGUAGE_HELP: Final = "By default the system's."

replies_app = typer.Typer(
    help="Check and list reply templates.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@replies_app.command("lint")
def lint_replies(
    folder: Annotated[
        Path | None, typer.Argument(help="By default that of INTAKE_REPLIES, else ours.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One row a mistake.")] = False,
    language: Annotated[CompleteLanguage | None, typer.Option(help=_LANGUAGE_HELP)] = None,
) -> None:
    """Say what is wrong in each file, with its line; the status is 1 where anything is."""
    chosen, place = language or language_of_the_system(), _folder(folder)
    reading = read_templates(place)
    for mistake in reading.mistakes:
        row = {
            "file": str(mistake.file),
            "line": mistake.line,
            "code": mistake.kind,
            "message": mistake.message_in(chosen),
        }
        text = json_text(row) if as_json else mistake.line_in(chosen)
        typer.echo(text)
    if reading.mistakes:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(reply_message("good", chosen, str(len(reading.templates))))


@replies_app.command("list")
def list_replies(
    *, language: Annotated[CompleteLanguage | None, typer.Option(help=_LANGUAGE_HELP)] = None
) -> None:
    """List the templates in use: name, what it is for, title; yours take the place of ours."""
    chosen = language or language_of_the_system()
    templates = dict(read_templates(SHIPPED).templates)
    if os.environ.get(_SETTING, "").strip():
        templates |= read_templates(_folder(None), is_own=True).templates
    for name, template in sorted(templates.items()):
        causes = " ".join(template.causes) or "*"
        mark = "+" if template.is_own else " "
        typer.echo(f"{mark} {name:<24} {causes:<40} {template.title[chosen]}")


def _folder(named: Path | None) -> Path:
    # Read here, because the settings as a whole take longer to import than templates to lint.
    setting = os.environ.get(_SETTING, "").strip()
    folder = named or (Path(setting) if setting else SHIPPED)
    if not folder.is_dir():
        fail(f"There is no folder {folder}; name one that has *.yaml")
    return folder
