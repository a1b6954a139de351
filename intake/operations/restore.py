"""
Restore a backup in the place of the current data.

Everything is verified and copied first. The current data is moved aside and never deleted, and a
marker tells a service that starts in the middle that the folder is half restored.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from intake import database as db
from intake.operations.backup import data_files
from intake.operations.backup_set import (
    DATABASE,
    BackupError,
    Manifest,
    copy_synced,
    read_backup,
    sync_folders,
    write_synced,
)
from intake.operations.data_lock import DataInUse, data_lock
from intake.settings import Settings
from intake.settings.data_folder import RESTORE_UNFINISHED, make_data_folder
from intake.settings.foreign_path import require_own_path

_JOURNALS: Final = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and the folder with the earlier data; None if there was none."""

    manifest: Manifest
    put_aside: Path | None


def restore_backup(settings: Settings, source: Path, *, replace: bool = False) -> Restored:
    """
    Put a backup in the place of the data; with `replace` the current data is moved aside.

    Raises:
        BackupError: the backup is damaged or newer than this release, a service runs, or there is
            data already.
        SettingsError: the data folder can't be made or written.
    """
    manifest = read_backup(source)
    if manifest.database != "sqlite":
        raise BackupError(
            "This is a backup of PostgreSQL: `pg_restore` puts intake.dump into an empty database"
            " (docs/operating.md)"
        )
    if manifest.schema_revision not in db.known_revisions():
        raise BackupError(
            f"The backup has the tables of a newer release ({manifest.version}); install that one"
        )
    _check_database(source / DATABASE)
    if not replace:  # `replace` also repairs what an interrupted restore left
        make_data_folder(settings.data)
    require_own_path(settings.data)
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with data_lock(settings.data, alone=True):
            return Restored(manifest, _replace(settings, source, manifest, replace=replace))
    except DataInUse as error:
        raise BackupError(f"A service runs on {settings.data}; stop it first") from error
    except OSError as error:
        raise BackupError(f"{settings.data} can't be restored ({error})") from error


def _check_database(path: Path) -> None:
    """
    Check that the file is an intact database; checksums only prove that it is what was
    written.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as copy:
            result = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupError(f"{path} is no database ({error}); take another backup") from error
    if result != "ok":
        raise BackupError(f"{path} is damaged ({result}); take another backup")


def _replace(settings: Settings, source: Path, manifest: Manifest, *, replace: bool) -> Path | None:
    database = Path(str(make_url(settings.database).database))
    present = [Path(f"{database}{end}") for end in _JOURNALS]
    present = [*(path for path in present if path.exists()), *data_files(settings)]
    if present and not replace:
        raise BackupError(
            f"There is data in {settings.data} already. --replace puts it aside, into a folder"
            " in there, and deletes nothing"
        )
    # Copied before anything is moved: a full disk is found out here.
    fresh = settings.data / f".restoring-{secrets.token_hex(4)}"
    try:
        for name in manifest.files:
            copy_synced(source / name, fresh / name)
        sync_folders(fresh)
        mark = settings.data / RESTORE_UNFINISHED
        if not mark.exists():
            write_synced(mark, b"")
        aside = _put_aside(settings, present) if present else None
        for name in manifest.files:
            target = database if name == DATABASE else settings.data / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(fresh / name, target)
        sync_folders(settings.data)
        mark.unlink()
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return aside


def _put_aside(settings: Settings, present: list[Path]) -> Path:
    stamp = db.utc_now().strftime("%Y-%m-%dT%H-%M-%S")
    # Two within a second: the second one must not be mixed with the first.
    aside = settings.data / f"before-restore-{stamp}-{secrets.token_hex(2)}"
    aside.mkdir(mode=0o700)
    for path in present:
        inside = path.is_relative_to(settings.data)
        target = aside / (path.relative_to(settings.data) if inside else path.name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(path, target)
    return aside
