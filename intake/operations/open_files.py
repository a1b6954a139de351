"""How many files and sockets this process may have open."""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import Final

ENOUGH_FILES: Final = 8_192  # 2,000 pages, their connections, the database's, the probes'


def raise_open_files() -> None:
    """
    Raise the limit to what the service needs, as far as allowed; the usual 1,024 suffice for 250
    pages.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(ENOUGH_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # macOS has a bound of its own below the hard one
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def open_files_limit() -> int:
    """Return how many open files a service of this user may have after raising its limit."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return ENOUGH_FILES if hard == resource.RLIM_INFINITY else hard
