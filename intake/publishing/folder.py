"""The folder of checklists: which one is used, its files, and replacing them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from intake.journey.checklist_paths import DESK_FILE, checklist_files

_NAME = re.compile(r"(?:[a-z0-9][a-z0-9_-]{0,63}/)?[a-z0-9][a-z0-9_-]{0,63}")
_MAX_BYTES: Final = 1024 * 1024  # four times as much as a checklist may have
# No digest is empty, so a file that appears or disappears counts as changed.
DESK: Final = DESK_FILE.removesuffix(".yaml")
ABSENT: Final = ""  # the `print` of a missing file


class NotWritten(OSError):  # noqa: N818 - what came of it, for the author
    """A file of the folder can't be written; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it is on disk; `print` is the digest of its content, to detect changes."""

    name: str
    text: str
    print: str


def is_section(name: str) -> bool:
    """Check whether a file's name is a section's: `sections/contact`."""
    return "/" in name


def is_shared(name: str) -> bool:
    """Check whether checklists depend on the file: a section, or `desk.yaml`."""
    return is_section(name) or name == DESK


def is_name(name: str) -> bool:
    """Check the name of a new file; the pattern also rules out paths outside the folder."""
    return _NAME.fullmatch(name) is not None and name != DESK


class ChecklistFolder:
    """
    The folder of files, which are the source of truth. A name is a path without `.yaml`.

    `named` is the operator's folder. Without it the shipped files are used until the first
    publishing
    copies them to `own`, which is used from then on, also after a restart.
    """

    def __init__(self, named: Path | None, *, own: Path, shipped: Path) -> None:
        self._named, self._own, self._shipped = named, own, shipped

    @property
    def path(self) -> Path:
        """The folder that is used now."""
        if self._named is not None:
            return self._named
        return self._own if self._own.is_dir() else self._shipped

    def checklists(self) -> list[str]:
        """Return the names of the checklists."""
        return [path.stem for path in checklist_files(self.path)]

    def sections(self) -> list[str]:
        """Return the names of the sections, such as `sections/contact`."""
        folder = self.path
        paths = (path.relative_to(folder).with_suffix("") for path in folder.glob("*/*.yaml"))
        # Hidden folders, such as a checkout's `.git`, contain no sections.
        return sorted(path.as_posix() for path in paths if not path.as_posix().startswith("."))

    def read(self, name: str) -> SourceFile | None:
        """
        Return a file, or None if there is none. Invalid UTF-8 becomes U+FFFD.

        What is behind a megabyte is left out: such a file is refused for its size.
        """
        path = self._path(name)
        if path is None:
            return None
        try:
            # A pipe of that name would be waited for without end.
            if not path.is_file():
                return None
            with path.open("rb") as stream:
                raw = stream.read(_MAX_BYTES)
        except OSError:
            return None
        # Some editors write a byte order mark, which isn't part of the YAML.
        text = raw.decode("utf-8-sig", errors="replace")
        return SourceFile(name, text, hashlib.sha256(raw).hexdigest())

    def write(self, name: str, text: str) -> None:
        """
        Replace or create a file atomically.

        Raises:
            NotWritten: the name isn't allowed, or writing failed.
        """
        self.write_all({name: text})

    def write_all(self, texts: Mapping[str, str]) -> None:
        """
        Replace or create files; none is replaced before all new texts are on disk.

        Raises:
            NotWritten: a name isn't allowed, or writing failed.
        """
        for name in texts:
            if not self.may_hold(name):
                raise NotWritten(f"'{name}' is no name of a file in {self.path}")
        halves: dict[Path, Path] = {}
        try:
            self._make_own()
            for name, text in texts.items():
                path = self.path / f"{name}.yaml"
                path.parent.mkdir(exist_ok=True)
                halves[path] = _write_temporary(path, text.encode())
            for path, half in halves.items():
                half.replace(path)  # atomic (POSIX rename)
        except OSError as error:
            raise NotWritten(f"{error.filename or self.path}: {error.strerror or error}") from error
        finally:
            for half in halves.values():
                with suppress(OSError):
                    half.unlink()
        for parent in {path.parent for path in halves}:
            _sync_folder(parent)

    def may_hold(self, name: str) -> bool:
        """Check whether a name is allowed: its file is, or would be, in the folder."""
        known = (DESK, *self.checklists(), *self.sections())
        if not is_name(name) and name not in known:
            return False
        # `is_name` excludes `..`, but a folder that is a symbolic link may lead elsewhere.
        parent = (self.path / name).parent
        return parent.resolve().is_relative_to(self.path.resolve())

    def _path(self, name: str) -> Path | None:
        return self.path / f"{name}.yaml" if self.may_hold(name) else None

    def _make_own(self) -> None:
        """Copy the shipped folder atomically, before the first writing."""
        if self._named is not None or self._own.is_dir():
            return
        self._own.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=".checklists-", dir=self._own.parent))
        try:
            # Without file modes: the files of an installed package may be read-only.
            shutil.copytree(self._shipped, half, dirs_exist_ok=True, copy_function=shutil.copyfile)
            half.rename(self._own)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise


def _write_temporary(path: Path, content: bytes) -> Path:
    """Write a synced temporary file beside the target, to be renamed to it."""
    # `mkstemp` makes a file private to its owner; an operator's file keeps its mode.
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    handle, half = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            Path(half).chmod(mode)
    except BaseException:
        with suppress(OSError):
            Path(half).unlink()
        raise
    return Path(half)


def _sync_folder(folder: Path) -> None:
    """Sync a folder, so that the renames survive a power failure, if supported."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
