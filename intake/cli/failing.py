"""End a command that can't do what it was asked."""

from __future__ import annotations

from typing import NoReturn

import typer


def fail(message: str) -> NoReturn:
    """Print the message on standard error, and exit with status 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)
