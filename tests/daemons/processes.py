"""Runs a real daemon for the duration of a block."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from tests.daemons.loopback import stop, wait_until_open


@contextmanager
def running(command: list[str], address: str, port: int, log: Path) -> Iterator[None]:
    """Run a daemon in the foreground until the block ends; the block begins once its port opens."""
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
    """The base of context managers that run a daemon: stops the process, removes its folder."""

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
