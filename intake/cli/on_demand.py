"""Commands whose modules are imported when they are called, so that none waits for another's."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException


class Command(NamedTuple):
    """Where a command is: its module, and a function or an app there. `about` is its help."""

    module: str
    name: str
    about: str


def stays() -> None:
    """Collect garbage again: this command goes on, so what it leaves behind is to be freed."""
    gc.freeze()  # what is imported by now is looked through no more
    gc.enable()


def on_demand(commands: Mapping[str, Command]) -> type[TyperGroup]:
    """The group of these commands, in this order."""
    return type("CommandsOnDemand", (_OnDemand,), {"offered": commands})


class _OnDemand(TyperGroup):
    """Knows the commands by name, and imports the one that is asked for."""

    offered: Mapping[str, Command] = {}
    _is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own click
        """Every command, in our order."""
        del ctx
        return list(self.offered)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - see above
        """List the commands with what is said of them here; none of them is imported."""
        self._is_listing = True
        super().format_help(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - see above
        """Find the command; for a name that is nobody's, name those that are close."""
        try:
            return super().resolve_command(ctx, args)
        except TyperException as error:
            if names := get_close_matches(args[0], self.offered):
                meant = ", ".join(map(repr, names))
                error.message = f"{error.message.rstrip('.')}. Did you mean {meant}?"
            raise

    def make_context(self, *names: Any, **extra: Any) -> Any:  # noqa: ANN401 - see above
        """Read the options before the command."""
        with _refusing():
            return super().make_context(*names, **extra)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - see above
        """Run the command."""
        with _refusing():
            return super().invoke(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - see above
        """Import one command; None for a name that is nobody's."""
        del ctx
        if cmd_name not in self.offered:
            return None
        module, name, about = self.offered[cmd_name]
        if self._is_listing:
            return TyperCommand(cmd_name, help=about, short_help=about)
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


@contextmanager
def _refusing() -> Iterator[None]:
    """Words on the command line that can't be are refused in ours, in the terminal's language."""
    try:
        yield
    except TyperException as error:
        if not hasattr(error, "ctx") or error.message.startswith("Usage:"):  # the help itself
            raise
        from intake.cli.command_words import usage_lines  # noqa: PLC0415 - for a mistake alone

        typer.echo("\n".join(usage_lines(error)), err=True)
        raise typer.Exit(error.exit_code) from None
