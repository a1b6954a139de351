"""The `intake` command."""

from __future__ import annotations

import sys

import typer

from intake.cli.checklists import checklists_app
from intake.cli.deliver import deliver_command
from intake.cli.diagnose import diagnose_command
from intake.cli.serve import serve_command
from intake.cli.target import target_command
from intake.cli.tickets import tickets_app
from intake.settings import SettingsError

app = typer.Typer(
    name="intake",
    help='From "my site is down" to one complete ticket.',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve_command)
app.command("diagnose")(diagnose_command)
app.command("target")(target_command)
app.command("deliver")(deliver_command)
app.add_typer(checklists_app, name="checklists")
app.add_typer(tickets_app, name="tickets")


def main() -> None:
    """Run the command; a bad setting ends it with one line."""
    try:
        app()
    except SettingsError as error:
        sys.exit(f"intake: {error}")
