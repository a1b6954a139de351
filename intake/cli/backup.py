"""`intake backup` and `intake restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake.cli.failure_words import failure_words
from intake.operations.backup import make_backup
from intake.operations.backup_set import BackupError
from intake.operations.restore import restore_backup
from intake.settings import SettingsError, load_settings


def backup_command(
    destination: Annotated[Path, typer.Argument(help="a new folder, best on another disk")],
) -> None:
    """
    Back everything up while the service runs.

    The database as it was when the backup began, the checklists, the staff's token and the key of
    customers' links, with a list of checksums. The folder has its name once it is complete, and
    its files are for this user alone: they hold what customers wrote, and the keys. Exit status 1
    where it can't be made.
    """
    try:
        manifest = make_backup(load_settings(), destination)
    except (BackupError, SettingsError) as error:
        typer.echo(f"No backup was made. {failure_words(error) or error}", err=True)
        raise typer.Exit(1) from error
    size = sum(file.size_bytes for file in manifest.files.values()) / 1_000_000
    typer.echo(
        f"{destination}: {manifest.tickets} tickets, {len(manifest.files)} files, {size:.1f} MB"
    )
    for path in manifest.outside:
        typer.echo(f"Not in it, for the settings name it elsewhere: {path}")
    typer.echo("Not in it: the settings themselves (INTAKE_… and intake.toml)")


def restore_command(
    source: Annotated[Path, typer.Argument(help="a folder that `intake backup` made")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="put what is there aside, and delete nothing")
    ] = False,
) -> None:
    """
    Put a backup in the place of what is there.

    First every file is compared with its checksum, and the database is proven whole. Nothing is
    touched while a service runs, or where there is data already and --replace wasn't said. Exit
    status 1 where nothing was restored.
    """
    try:
        restored = restore_backup(load_settings(), source, replace=replace)
    except (BackupError, SettingsError) as error:
        typer.echo(f"Nothing was restored. {failure_words(error) or error}", err=True)
        raise typer.Exit(1) from error
    manifest = restored.manifest
    typer.echo(f"Restored: {manifest.tickets} tickets, as of {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    if restored.put_aside is not None:
        typer.echo(f"What was there is in {restored.put_aside}; delete it when you don't need it")
    typer.echo("Start the service. What was sent after the backup is not in it; desks may have it.")
