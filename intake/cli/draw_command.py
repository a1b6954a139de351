"""`intake checklists draw`: a checklist as a picture."""

from __future__ import annotations

from typing import Annotated

import typer

from diagnostics.texts import CompleteLanguage
from intake.authoring.drawing.diagram import mermaid
from intake.authoring.drawing.svg import svg
from intake.authoring.loader import examine_file
from intake.authoring.problems import ChecklistErrors
from intake.cli.failing import fail
from intake.cli.lint_command import short_path
from intake.cli.own_folder import find_named
from intake.cli.system_language import complete_language


def draw_checklist(
    name: Annotated[str, typer.Argument(help="a checklist's name or file")],
    *,
    as_svg: Annotated[bool, typer.Option("--svg", help="a picture for any browser")] = False,
    as_mermaid: Annotated[
        bool, typer.Option("--mermaid", help="a text that many editors draw (as without options)")
    ] = False,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="of the words; by default the system's")
    ] = None,
    open_sections: Annotated[
        bool, typer.Option("--open", help="each step of each section, however many")
    ] = False,
) -> None:
    """Draw a checklist with its conditions in words; long ones with a box for each section."""
    if as_svg and as_mermaid:
        fail("--svg and --mermaid are two pictures; choose one")
    try:
        path = find_named(name)
    except ChecklistErrors as errors:
        fail(errors.problems[0].message)
    examined = examine_file(path)
    if examined.checklist is None:
        fail(f"{short_path(path)} has mistakes; `intake checklists lint {name}` tells them")
    draw = svg if as_svg else mermaid
    collapse = False if open_sections else None
    chosen = complete_language(language)
    typer.echo(draw(examined.checklist, chosen, examined.outline, collapse=collapse), nl=False)
