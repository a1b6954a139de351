"""Starting a real daemon for one test, and ending it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.daemons.places import stop, wait_until_open


@contextmanager
def running(command: list[str], address: str, port: int, log: Path) -> Iterator[None]:
    """Run a daemon in the foreground until the block ends; it is ready once the port opens."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until_open(address, port, process, log=str(log))
        yield
    finally:
        stop(process)
