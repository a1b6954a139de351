"""Starting a real daemon for one test, and ending it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

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


class Daemon:
    """The end of a daemon that is a context manager: its process stops, its folder goes."""

    _folder: Path
    _process: subprocess.Popen[bytes] | None = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._stop(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        stop(process)
