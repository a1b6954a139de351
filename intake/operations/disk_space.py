"""The free space on the disk of the data folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MIN_FREE_BYTES: Final = 64 * 1024 * 1024  # the journal may grow by as much before it is moved


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """Free space for this user: bytes, and files (inodes)."""

    free_bytes: int
    free_files: int | None  # None where the file system doesn't count them

    @property
    def is_full(self) -> bool:
        """Whether there may be no room for the next tickets."""
        return self.free_bytes < MIN_FREE_BYTES or self.free_files == 0


def disk_space(folder: Path) -> DiskSpace:
    """
    Return the free space of a folder's file system.

    Raises:
        OSError: there is no such folder.
    """
    status = os.statvfs(folder)
    return DiskSpace(
        free_bytes=status.f_bavail * status.f_frsize,
        free_files=status.f_favail if status.f_files else None,
    )
