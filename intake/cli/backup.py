"""`intake backup` and `intake restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake.cli.command_words import counted, explain, say
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
        why = failure_words(error) or explain(error)
        typer.echo(say("No backup was made. {why}", why=why), err=True)
        raise typer.Exit(1) from error
    size = sum(file.size_bytes for file in manifest.files.values()) / 1_000_000
    words = say(
        "{path}: {tickets}, {files}, {size} MB",
        path=destination,
        tickets=counted("ticket", manifest.tickets),
        files=counted("file", len(manifest.files)),
        size=f"{size:.1f}",
    )
    typer.echo(words)
    for path in manifest.outside:
        typer.echo(say("Not in it, for the settings name it elsewhere: {path}", path=path))
    typer.echo(say("Not in it: the settings themselves (INTAKE_… and intake.toml)"))


def restore_command(
    source: Annotated[Path, typer.Argument(help="a folder that `intake backup` made")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="put what is there aside, and delete nothing")
    ] = False,
) -> None:
    """
    Restore a backup.

    First every file is compared with its checksum, and the database is proven whole. Nothing is
    touched while a service runs, or where there is data already and --replace wasn't said. Exit
    status 1 where nothing was restored.
    """
    try:
        restored = restore_backup(load_settings(), source, replace=replace)
    except (BackupError, SettingsError) as error:
        why = failure_words(error) or explain(error)
        typer.echo(say("Nothing was restored. {why}", why=why), err=True)
        raise typer.Exit(1) from error
    manifest = restored.manifest
    words = say(
        "Restored: {tickets}, as of {at} UTC",
        tickets=counted("ticket", manifest.tickets),
        at=f"{manifest.made_at:%Y-%m-%d %H:%M}",
    )
    typer.echo(words)
    if restored.put_aside is not None:
        words = "What was there is in {path}; delete it when you don't need it"
        typer.echo(say(words, path=restored.put_aside))
    words = "Start the service. What was sent after the backup is not in it; desks may have it."
    typer.echo(say(words))
