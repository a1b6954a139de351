"""
The lock of the data folder: shared by many processes, or exclusive for one that replaces its
contents.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

LOCK_FILE: Final = ".lock"


class DataInUse(RuntimeError):  # noqa: N818 - a state that passes, not a fault
    """Another process holds the lock of the folder."""


@contextmanager
def data_lock(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """
    Lock the folder until the block ends; the system releases it if the process dies.

    Raises:
        DataInUse: another process replaces the contents, or with `alone` any process uses it.
    """
    handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataInUse(f"{folder} is in use by another process") from error
        except OSError as error:
            # Some network file systems have no locks; nobody is protected there.
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP):
                raise
        yield
    finally:
        with suppress(OSError):
            os.close(handle)
