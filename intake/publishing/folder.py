"""The folder of checklists: which one it is, what lies in it, how a file of it is replaced."""

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
# No digest is empty, so that a file that appears or goes is a change like any other.
DESK: Final = DESK_FILE.removesuffix(".yaml")
ABSENT: Final = ""  # the print of a file that isn't there


class NotWritten(OSError):  # noqa: N818 - what came of it, for the author
    """A file of the folder can't be written; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it is on disk; `print` tells whether it has changed since."""

    name: str
    text: str
    print: str


def is_section(name: str) -> bool:
    """Whether a file's name is a section's: `sections/contact`."""
    return "/" in name


def is_shared(name: str) -> bool:
    """Whether checklists are made with it: a section, or `desk.yaml`."""
    return is_section(name) or name == DESK


def is_name(name: str) -> bool:
    """Whether a new file may be called so; nothing else could lead out of the folder."""
    return _NAME.fullmatch(name) is not None and name != DESK


class ChecklistFolder:
    """
    The files are the truth. A file's name is its path in the folder without `.yaml`.

    `named` is the operator's folder. Without one the shipped files serve until the first publishing
    copies them to `own`, which serves from then on, also after a restart.
    """

    def __init__(self, named: Path | None, *, own: Path, shipped: Path) -> None:
        self._named, self._own, self._shipped = named, own, shipped

    @property
    def path(self) -> Path:
        """The folder that counts now."""
        if self._named is not None:
            return self._named
        return self._own if self._own.is_dir() else self._shipped

    def checklists(self) -> list[str]:
        """The names of the checklists."""
        return [path.stem for path in checklist_files(self.path)]

    def sections(self) -> list[str]:
        """The names of the sections, such as `sections/contact`."""
        folder = self.path
        paths = (path.relative_to(folder).with_suffix("") for path in folder.glob("*/*.yaml"))
        # Hidden folders, such as a checkout's `.git`, are nobody's sections.
        return sorted(path.as_posix() for path in paths if not path.as_posix().startswith("."))

    def read(self, name: str) -> SourceFile | None:
        """A file's text; None when there is none. What isn't UTF-8 in it becomes U+FFFD."""
        path = self._path(name)
        if path is None:
            return None
        try:
            raw = path.read_bytes()
        except OSError:
            return None
        # Some editors begin a file with a byte order mark, which is no part of its YAML.
        text = raw.decode("utf-8-sig", errors="replace")
        return SourceFile(name, text, hashlib.sha256(raw).hexdigest())

    def write(self, name: str, text: str) -> None:
        """
        Replace a file, or make it, in one move: a reader sees the old one or the new one.

        Raises:
            NotWritten: the name leads elsewhere, or the disk refuses.
        """
        self.write_all({name: text})

    def write_all(self, texts: Mapping[str, str]) -> None:
        """
        Replace files, or make them; no file is replaced before the disk holds every new text.

        Raises:
            NotWritten: a name leads elsewhere, or the disk refuses.
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
        """Whether a file may be called so: it lies in the folder, or would."""
        known = (DESK, *self.checklists(), *self.sections())
        if not is_name(name) and name not in known:
            return False
        # `is_name` keeps `..` out; a folder that is a link may still lead elsewhere.
        parent = (self.path / name).parent
        return parent.resolve().is_relative_to(self.path.resolve())

    def _path(self, name: str) -> Path | None:
        return self.path / f"{name}.yaml" if self.may_hold(name) else None

    def _make_own(self) -> None:
        """Before the first writing: a whole copy of the shipped folder, there at once or not."""
        if self._named is not None or self._own.is_dir():
            return
        self._own.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=".checklists-", dir=self._own.parent))
        try:
            # Without their modes: the files of an installed package may be read-only.
            shutil.copytree(self._shipped, half, dirs_exist_ok=True, copy_function=shutil.copyfile)
            half.rename(self._own)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise


def _write_temporary(path: Path, content: bytes) -> Path:
    """A new file beside it, synced, which is to be renamed into its place."""
    # `mkstemp` makes a file for its owner alone; an operator's file keeps its own mode.
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
    """The rename itself outlives a power cut, where the file system can say so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
