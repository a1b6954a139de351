"""Examine the machine: folder, disk, clock, resolver, ping, open files, Python."""

from __future__ import annotations

import ctypes
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import requests
from babel.units import format_unit

from diagnostics import may_ping, resolver_answers
from diagnostics.texts import LANGUAGES
from intake.operations.disk_space import disk_space
from intake.operations.doctor.diagnosis import Examination, bad, good, warning
from intake.operations.open_files import ENOUGH_FILES, open_files_limit
from intake.operations.python_version import safe_python
from intake.settings import Settings
from intake.settings.data_folder import RESTORE_UNFINISHED
from intake.settings.foreign_path import foreign_path, user_name

# The service can't start, and nothing stored can be examined.
NO_FOLDER: Final = frozenset({"folder-foreign", "folder-no-folder", "folder-unmakeable"})
_LOW_BYTES: Final = 1024**3
_FEW_FILES: Final = 2_048
_MAX_OFFSET: Final = timedelta(seconds=60)
_CONTROL_TIMEOUT_S: Final = 3.0
_TIME_ERROR: Final = 5  # adjtimex(2): the clock isn't synchronised
_TIMEX_BYTES: Final = 208
_OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def examine_folder(settings: Settings) -> Iterator[Examination]:
    """Examine the data folder and the files in it."""
    folder = settings.data
    if (foreign := foreign_path(folder)) is not None:
        yield bad(
            "folder",
            "folder-foreign",
            why={language: foreign.words(language) for language in LANGUAGES},
        )
        return
    if not folder.is_dir():
        yield _missing(folder)
        return
    if (folder / RESTORE_UNFINISHED).exists():
        yield bad("folder", "folder-half-restored", path=folder)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield bad("folder", "folder-not-writable", path=folder, user=user_name(os.geteuid()))
        return
    closed = [path for path in _regular_files(folder) if not os.access(path, os.R_OK | os.W_OK)]
    if closed:
        yield bad("folder", "folder-foreign-file", path=closed[0], user=user_name(os.geteuid()))
        return
    is_closed = not folder.stat().st_mode & _OPEN_TO_OTHERS
    if is_closed or not any(
        path.stat().st_mode & _OPEN_TO_OTHERS for path in _regular_files(folder)
    ):
        yield good("folder", "folder-good", path=folder)
    else:
        yield warning("folder", "folder-open", path=folder)


def _missing(folder: Path) -> Examination:
    """
    Check whether the first start can create the folder, by creating a folder there and
    removing it.
    """
    if folder.exists() or folder.is_symlink():
        return bad("folder", "folder-no-folder", path=folder)
    parent = next(path for path in folder.absolute().parents if path.exists())
    try:
        Path(tempfile.mkdtemp(prefix=".intake-doctor-", dir=parent)).rmdir()
    except OSError as error:
        user, why = user_name(os.geteuid()), error.strerror
        return bad("folder", "folder-unmakeable", path=folder, parent=parent, user=user, why=why)
    return warning("folder", "folder-missing", path=folder)


def _regular_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())


def examine_disk(settings: Settings) -> Iterator[Examination]:
    """Examine the free space of the disk that holds, or will hold, the data."""
    folder = next(
        path for path in (settings.data, *settings.data.absolute().parents) if path.exists()
    )
    space = disk_space(folder)
    gigabytes = round(space.free_bytes / 1000**3, 1)
    free = {
        language: format_unit(gigabytes, "digital-gigabyte", "short", locale=language)
        for language in LANGUAGES
    }
    if space.is_full:
        yield bad("disk", "disk-full", free=free)
    elif space.free_bytes < _LOW_BYTES:
        yield warning("disk", "disk-low", free=free)
    else:
        yield good("disk", "disk-good", free=free)


def examine_clock(settings: Settings, newest: datetime | None) -> Iterator[Examination]:
    """
    Compare the clock with the newest stored row, with a site known to work, and ask the
    kernel.
    """
    now = datetime.now(UTC)
    if newest is not None and newest - now > _MAX_OFFSET:
        yield bad("clock", "clock-behind-data", now=_minute(now), newest=_minute(newest))
        return
    for host, there, here in _control_times(settings.control):
        if abs(there - here) > _MAX_OFFSET:
            yield bad("clock", "clock-differs", host=host, there=_minute(there), now=_minute(here))
            return
    if is_clock_synchronised():
        yield good("clock", "clock-good")
    else:
        yield warning("clock", "clock-free")


def _control_times(controls: Sequence[str]) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield each reachable control site with its `Date` (RFC 9110, section 6.6.1) and our time."""
    for control in controls:
        url = control if "://" in control else f"https://{control}/"
        try:
            answer = requests.head(url, timeout=_CONTROL_TIMEOUT_S, allow_redirects=False)
            there = parsedate_to_datetime(answer.headers.get("Date", ""))
        except (requests.RequestException, ValueError):
            continue
        if there.tzinfo is not None:
            yield control, there, datetime.now(UTC)


def is_clock_synchronised() -> bool:
    """Check whether the kernel says that its clock is synchronised; True if it can't say."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return True
    return bool(state != _TIME_ERROR)


def examine_resolver(settings: Settings) -> Iterator[Examination]:
    """Check whether names can be resolved at all."""
    if resolver_answers(settings.resolvers):
        yield good("resolver", "resolver-good")
    else:
        which = ", ".join(settings.resolvers) or "/etc/resolv.conf"
        yield bad("resolver", "resolver-silent", which=which)


def examine_rights() -> Iterator[Examination]:
    """Examine what the system allows this user (echo requests, open files), and the interpreter."""
    yield good("ping", "ping-good") if may_ping() else warning("ping", "ping-missing")
    count = open_files_limit()
    if count < _FEW_FILES:
        yield warning("files", "files-few", count=count, wanted=ENOUGH_FILES)
    else:
        yield good("files", "files-good", count=count)
    version = sys.version_info[:3]
    fixed_in = safe_python(version)
    named = ".".join(map(str, version))
    if fixed_in is not None:
        yield warning("python", "python-old", version=named, mended=".".join(map(str, fixed_in)))
    else:
        yield good("python", "python-good", version=named)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
