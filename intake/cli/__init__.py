"""
The `intake` command.

Each subcommand's module is imported when it is called: `intake diagnose` answers a second earlier
for not loading the web server.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class _Command(NamedTuple):
    """Where a subcommand is: its module, and a function or an app there. `about` is its help."""

    module: str
    name: str
    about: str


_COMMANDS: dict[str, _Command] = {
    "serve": _Command(
        "intake.cli.serve",
        "serve_command",
        "Serve the wizard and the inbox; the address is printed when it answers.",
    ),
    "diagnose": _Command(
        "intake.cli.diagnose", "diagnose_command", "Say what is wrong with a host, seen from here."
    ),
    "target": _Command(
        "intake.cli.target",
        "target_command",
        "Read a target as the wizard does. Nothing is dialled.",
    ),
    "letter": _Command(
        "intake.cli.letter",
        "letter_command",
        "Say why a letter came back: the cause, who can fix it, what to do. Nothing is dialled.",
    ),
    "read-text": _Command(
        "intake.cli.free_text",
        "read_text_command",
        "Read what a customer wrote: target, time, error, what changed, secrets masked.",
    ),
    "judge-text": _Command(
        "intake.cli.free_text",
        "judge_text_command",
        "Say which checklist a customer's text is about, and whether it says nothing.",
    ),
    "checklists": _Command(
        "intake.cli.checklists", "checklists_app", "Check, try and list the checklists."
    ),
    "tickets": _Command("intake.cli.tickets", "tickets_app", "Read the tickets."),
    "workers": _Command(
        "intake.cli.workers", "workers_app", "Make, list and revoke the tokens of probe workers."
    ),
    "probe-worker": _Command(
        "intake.cli.probe_worker",
        "probe_worker_command",
        "Look at targets from this machine's network, for the service at INTAKE_SERVICE_URL.",
    ),
    "translations": _Command(
        "intake.cli.translations",
        "translations_command",
        "Print the texts that a language of INTAKE_TRANSLATIONS lacks, to be filled in.",
    ),
    "deliver": _Command(
        "intake.cli.deliver", "deliver_command", "Deliver what waits now, and say what happened."
    ),
}


class _OnDemand(TyperGroup):
    """Knows the subcommands by name, and imports the one that is asked for."""

    _is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own click
        """Every subcommand, in our order."""
        del ctx
        return list(_COMMANDS)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - see above
        """List the subcommands with what is said of them here; none of them is imported."""
        self._is_listing = True
        super().format_help(ctx, formatter)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - see above
        """Import one subcommand; None for a name that is nobody's."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name, about = _COMMANDS[cmd_name]
        if self._is_listing:
            return TyperCommand(cmd_name, help=about)
        offered = getattr(import_module(module), name)
        if not isinstance(offered, typer.Typer):
            alone = typer.Typer(
                add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
            )
            # Typer makes the command itself, not a group, of an app that has a single one.
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
    rich_markup_mode=None,  # rich alone takes longer to import than everything else here
)


@app.callback()
def _about() -> None:
    """From "my site is down" to one complete ticket."""


def main() -> None:
    """Run the command; a bad setting ends it with one line."""
    # Else pydantic reads what every installed package has to offer, to find plugins for itself.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app()
    except Exception as error:
        settings = sys.modules.get("intake.settings")  # slow to import, and not for an error alone
        if settings is None or not isinstance(error, settings.SettingsError):
            raise
        print(f"intake: {error}", file=sys.stderr)  # noqa: T201 - the command's own voice
        sys.exit(2)
