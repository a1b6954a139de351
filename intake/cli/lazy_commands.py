"""
Commands whose modules are imported when they are called, so that no command waits for another's
imports.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

_ANY_LENGTH: Final = 1000  # characters; a list of commands wraps what is longer than a line


class Command(NamedTuple):
    """
    The location of a command: its module, and a function or an app there. `about` is
    its help.
    """

    module: str
    name: str
    about: str


def enable_garbage_collection() -> None:
    """Collect garbage again, because this command runs for long."""
    gc.freeze()  # modules imported so far are never collected
    gc.enable()


def lazy_group(commands: Mapping[str, Command]) -> type[TyperGroup]:
    """Return the group class for these commands, in this order."""
    return type("CommandsOnDemand", (_LazyGroup,), {"commands_by_name": commands})


class _LazyGroup(TyperGroup):
    """A group that knows its commands by name, and imports the one that is called."""

    commands_by_name: Mapping[str, Command] = {}
    _is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own click
        """Return every command in our order."""
        del ctx
        return list(self.commands_by_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - see above
        """List the commands with their help from the table; none is imported."""
        self._is_listing = True
        super().format_help(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - see above
        """Find the command; the error for an unknown name lists similar names."""
        try:
            return super().resolve_command(ctx, args)
        except TyperException as error:
            if names := get_close_matches(args[0], self.commands_by_name):
                suggestions = ", ".join(map(repr, names))
                error.message = f"{error.message.rstrip('.')}. Did you mean {suggestions}?"
            raise

    def make_context(self, *names: Any, **extra: Any) -> Any:  # noqa: ANN401 - see above
        """Read the options before the command."""
        with _usage_errors():
            return super().make_context(*names, **extra)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - see above
        """Run the command."""
        with _usage_errors():
            return super().invoke(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - see above
        """Import one command; None for an unknown name."""
        del ctx
        if cmd_name not in self.commands_by_name:
            return None
        module, name, about = self.commands_by_name[cmd_name]
        if self._is_listing:
            return TyperCommand(cmd_name, help=about, short_help=about)
        commands_by_name = getattr(import_module(module), name)
        if not isinstance(commands_by_name, typer.Typer):
            app = typer.Typer(
                add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
            )
            # Typer makes the command itself, not a group, of an app that has a single one.
            app.command(cmd_name)(commands_by_name)
            commands_by_name = app
        command = typer.main.get_command(commands_by_name)
        command.name = cmd_name
        for subcommand in getattr(command, "commands", {}).values():
            # Without a short help of its own a long first sentence is listed cut, with "...".
            subcommand.short_help = subcommand.get_short_help_str(limit=_ANY_LENGTH)
        return command


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Print a wrong command line in our words and in the terminal's language, and exit."""
    try:
        yield
    except TyperException as error:
        if not hasattr(error, "ctx") or error.message.startswith("Usage:"):  # the help itself
            raise
        from intake.cli.command_words import usage_lines  # noqa: PLC0415 - for a mistake alone

        typer.echo("\n".join(usage_lines(error)), err=True)
        raise typer.Exit(error.exit_code) from None
