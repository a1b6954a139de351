"""
Make a backup while the service runs.

The database is copied by SQLite's own backup, in one step: the copy is what was committed when it
began, and nobody waits for it. PostgreSQL has `pg_dump`, which does the same.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Engine, func, make_url, select

from intake import database as db
from intake.operations.backup_set import (
    DATABASE,
    MANIFEST,
    BackupError,
    Manifest,
    copy_synced,
    describe,
    files_below,
    sync_folders,
    write_synced,
)
from intake.operations.heartbeats import BACKUP_HEARTBEAT, write_heartbeat
from intake.settings import Settings
from intake.settings.data_folder import RESTORE_UNFINISHED
from intake.settings.foreign_path import require_own_path

log = structlog.get_logger(__name__)

DUMP: Final = "intake.dump"  # PostgreSQL's
_NOTE_TRIES: Final = 12  # of five seconds each
# Created by each start, or left by a restore.
_EXCLUDED_PREFIXES: Final = ("static", "before-restore-")
_PATH_SETTINGS: Final = (
    "checklists",
    "translations",
    "desks",
    "pages",
    "remedies",
    "ca_file",
    "logo",
)


def make_backup(settings: Settings, destination: Path) -> Manifest:
    """
    Make a backup in a new folder; it contains everything committed before the call.

    Raises:
        ForeignPath: the data belongs to another user.
        BackupError: the folder exists already, or the backup can't be made.
    """
    require_own_path(settings.data)
    if destination.exists() or destination.is_symlink():
        raise BackupError(f"{destination} is there already; name a new folder")
    if destination.absolute().is_relative_to(settings.data.absolute()):
        raise BackupError(
            f"{destination} lies in the data folder itself; name one on another disk, or elsewhere"
        )
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
    except OSError as error:
        raise BackupError(f"{destination} can't be made ({error.strerror})") from error
    try:
        manifest = _write(settings, unfinished)
        # Fails where somebody made it meanwhile: a folder that isn't empty is never replaced.
        unfinished.rename(destination)
        _sync_name(destination.parent)
    except (OSError, sqlite3.Error, db.StorageError) as error:
        raise BackupError(f"{destination} can't be made ({error})") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


def _write(settings: Settings, folder: Path) -> Manifest:
    engine = _existing_database(settings)
    try:
        with db.reading(engine) as connection:
            revision = db.stored_revision(connection)
            tickets = connection.execute(select(func.count()).select_from(db.tickets)).scalar_one()
        if engine.dialect.name == "sqlite":
            copy_sqlite(Path(str(engine.url.database)), folder / DATABASE)
        else:
            _dump_postgresql(engine, folder / DUMP)
        for path in data_files(settings):
            copy_synced(path, folder / path.relative_to(settings.data))
        manifest = Manifest(
            made_at=db.utc_now(),
            version=version("hosting-intake"),
            database="sqlite" if engine.dialect.name == "sqlite" else "postgresql",
            schema_revision=str(revision),
            tickets=tickets,
            outside=tuple(_outside_paths(settings)),
            files={str(p.relative_to(folder)): describe(p) for p in files_below(folder)},
        )
        write_synced(folder / MANIFEST, manifest.model_dump_json(indent=2).encode())
        sync_folders(folder)
        _note_time(engine)
    finally:
        engine.dispose()
    return manifest


def _note_time(engine: Engine) -> None:
    """
    Store when the backup was made, for the alarms.

    Other processes that write without a pause can hold the lock for longer than one try waits
    (SQLite's tries form no queue). The copy is complete by then, so a failure is only logged.
    """
    for tries_left in reversed(range(_NOTE_TRIES)):
        try:
            write_heartbeat(engine, BACKUP_HEARTBEAT)
        except db.StorageBusy as error:
            if tries_left == 0:
                log.warning("the time of a backup can't be noted", error=str(error))
        else:
            return


def _existing_database(settings: Settings) -> Engine:
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise BackupError(f"there is no database {url.database}; is INTAKE_DATA right?")
    return db.open_database(settings.database)


def copy_sqlite(source: Path, target: Path) -> None:
    """
    Copy a database that others write to, and verify that the copy is intact.

    Raises:
        BackupError: the copy is damaged, and so probably is the source.
        sqlite3.Error: it can't be read or written.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        # All pages in one step: in several, each write of another process begins it anew.
        old.backup(new, pages=-1)
        new.execute("PRAGMA journal_mode=DELETE")  # else it has a journal beside it
        mistakes = new.execute("PRAGMA integrity_check(3)").fetchall()
    if mistakes != [("ok",)]:
        raise BackupError(f"the database is damaged: {mistakes[0][0]}. Run `intake doctor`")
    handle = os.open(target, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _dump_postgresql(engine: Engine, target: Path) -> None:
    """Run `pg_dump`; the password is passed in the environment, where no process list shows it."""
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupError("pg_dump isn't here; install PostgreSQL's client programs")
    url = engine.url.set(drivername="postgresql", password=None)
    arguments = [program, "--format=custom", f"--file={target}", url.render_as_string()]
    environment = {**os.environ, "PGPASSWORD": engine.url.password or ""}
    done = subprocess.run(  # noqa: S603 - our own arguments
        arguments, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"pg_dump failed: {done.stderr.strip()[:300]}")
    target.chmod(0o600)


def data_files(settings: Settings) -> Iterator[Path]:
    """Yield the files of the data folder that a restored service needs, except the database."""
    database = make_url(settings.database).database or ""
    for path in files_below(settings.data):
        name = path.relative_to(settings.data).parts[0]
        is_database = str(path.absolute()).startswith(database) if database else False
        if not (
            is_database or name.startswith((*_EXCLUDED_PREFIXES, ".")) or name == RESTORE_UNFINISHED
        ):
            yield path


def _outside_paths(settings: Settings) -> Iterator[str]:
    """What the settings name elsewhere: a backup of the machine has to keep it."""
    for name in _PATH_SETTINGS:
        value = getattr(settings, name, None)
        for path in value if isinstance(value, tuple) else (value,):
            if isinstance(path, Path) and not path.absolute().is_relative_to(
                settings.data.absolute()
            ):
                yield str(path)


def _sync_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
