"""
A backup: a folder with the database, the other files, and a manifest with their checksums.

It is written under a temporary name, synced, and renamed, so a folder with its final name is
complete.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

DATABASE: Final = "intake.db"
MANIFEST: Final = "manifest.json"
_CHUNK: Final = 1024 * 1024
_MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024


class BackupError(RuntimeError):
    """The backup can't be made or trusted; the message says what to do."""


class BackupFile(BaseModel):
    """A file of a backup, as it was when it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size_bytes: int
    sha256: str


class Manifest(BaseModel):
    """
    The contents of a backup.

    `schema_revision` is the database's, `tickets` how many are in it, `outside` the files that the
    settings name and that are not in the backup.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    made_at: datetime
    version: str
    database: Literal["sqlite", "postgresql"]
    schema_revision: str
    tickets: int
    outside: tuple[str, ...] = ()
    files: dict[str, BackupFile]


def describe(path: Path) -> BackupFile:
    """Return the size and checksum of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return BackupFile(size_bytes=size, sha256=digest.hexdigest())


def read_backup(folder: Path) -> Manifest:
    """
    Read a backup's manifest and compare every file with it.

    Raises:
        BackupError: there is no backup, or a file is missing or differs.
    """
    manifest = _read_manifest(folder)
    for name, expected in manifest.files.items():
        if not _is_inside(name):
            raise BackupError(f"{folder}: the list names {name!r}, which lies outside of it")
        path = folder / name
        if path.is_symlink() or not path.is_file():
            raise BackupError(f"{folder}: {name} is missing; take another backup")
        if describe(path) != expected:
            raise BackupError(f"{folder}: {name} was changed or damaged; take another backup")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            return Manifest.model_validate_json(file.read(_MAX_MANIFEST_BYTES))
    except OSError as error:
        raise BackupError(f"{folder} is no backup: {MANIFEST} can't be read") from error
    except ValidationError as error:
        raise BackupError(
            f"{path} can't be understood; was it made by a newer release, or cut short?"
        ) from error


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def copy_synced(source: Path, target: Path) -> None:
    """Copy a file for its owner alone, and wait until it is on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with source.open("rb") as old, _new_file(target) as new:
        shutil.copyfileobj(old, new, _CHUNK)
        new.flush()
        os.fsync(new.fileno())


def write_synced(target: Path, content: bytes) -> None:
    """Write a file for its owner alone, and wait until it is on the disk."""
    with _new_file(target) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folders(folder: Path) -> None:
    """Wait until the names in a folder and in those below it are on the disk."""
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every regular file below a folder; symbolic links aren't followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _new_file(path: Path) -> BinaryIO:
    """Create a file that must not exist yet, for its owner alone."""
    return os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb"
    )
