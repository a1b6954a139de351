"""`intake checklists schema`: the checklist language as a JSON Schema, for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from intake.authoring.schema import checklist_schema, desk_schema, schema_text, section_schema


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
