"""`intake checklists …`: for those who write checklists."""

from __future__ import annotations

import typer

from intake.cli.lazy_commands import Command, lazy_group

COMMANDS: dict[str, Command] = {
    "test": Command(
        "intake.cli.checklist_tests",
        "run_checklist_tests",
        "Run the tests that stand in the files; exit status 1 if one fails.",
    ),
    "draw": Command(
        "intake.cli.draw_command",
        "draw_checklist",
        "Draw a checklist with its conditions in words; long ones with a box for each section.",
    ),
    "list": Command(
        "intake.cli.list_command",
        "list_checklists",
        "Every checklist of a folder, or of the named files: its name, version, questions, title.",
    ),
    "lint": Command(
        "intake.cli.lint_command",
        "lint_checklists",
        "Every mistake at once, each with its place; exit status 1 if there is an error.",
    ),
    "new": Command(
        "intake.cli.new_command",
        "new_checklist",
        "Begin a checklist: a small one that lints clean and whose tests pass, to change.",
    ),
    "schema": Command(
        "intake.cli.schema_command",
        "print_schema",
        "Print the language as a JSON Schema, for editors that complete and underline.",
    ),
    "try": Command(
        "intake.cli.try_command",
        "try_command",
        "Walk a checklist with given answers and measurements; print the way and the ticket.",
    ),
}

checklists_app = typer.Typer(
    cls=lazy_group(COMMANDS),
    help="Check, try and list the checklists.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@checklists_app.callback()
def _about() -> None:
    """Check, try and list the checklists."""
