"""
The `intake` command.

Each subcommand's module is imported when it is called: `intake diagnose` answers a second earlier
for not loading the web server.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from intake.settings import SettingsError

# name: (module, what it offers there: a function, or an app with subcommands)
_COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("intake.cli.serve", "serve_command"),
    "diagnose": ("intake.cli.diagnose", "diagnose_command"),
    "target": ("intake.cli.target", "target_command"),
    "checklists": ("intake.cli.checklists", "checklists_app"),
    "tickets": ("intake.cli.tickets", "tickets_app"),
    "deliver": ("intake.cli.deliver", "deliver_command"),
}


class _OnDemand(TyperGroup):
    """Knows the subcommands by name, and imports the one that is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own click
        """Every subcommand, in our order."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - see above
        """Import one subcommand; None for a name that is nobody's."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        offered = getattr(import_module(module), name)
        if not isinstance(offered, typer.Typer):
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command(cmd_name)(offered)
            offered = alone
        command = typer.main.get_command(offered)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="intake",
    cls=_OnDemand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _about() -> None:
    """From "my site is down" to one complete ticket."""


def main() -> None:
    """Run the command; a bad setting ends it with one line."""
    try:
        app()
    except SettingsError as error:
        print(f"intake: {error}", file=sys.stderr)  # noqa: T201 - the command's own voice
        sys.exit(2)
