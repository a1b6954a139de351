"""Who uses the data folder: many processes at once, or one that replaces all of it."""

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
    """Another process has the folder."""


@contextmanager
def data_lock(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """
    Hold the folder until the block ends; the system lets go of it when the process dies.

    Raises:
        DataInUse: somebody replaces what is in it, or with `alone`: somebody uses it.
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
