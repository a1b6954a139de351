"""Starts a private PostgreSQL server on a Unix socket, tuned for speed, never as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

import pytest

# The data needn't survive a crash, so no write waits for the disk.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


def _program(name: str) -> str | None:
    """Find a program where Debian has those of each version, newest first, or on the path."""
    folders = sorted(glob("/usr/lib/postgresql/*/bin"))  # noqa: PTH207
    return shutil.which(name, path=os.pathsep.join([*reversed(folders), os.environ["PATH"]]))


class PostgresqlServer:
    """A server with its own folder, which can be stopped and started again."""

    def __init__(
        self, folder: Path, user: str | None, pg_ctl: str, settings: tuple[str, ...] = ()
    ) -> None:
        self._folder, self._user, self._pg_ctl = folder, user, pg_ctl
        self._settings = (*_FAST, *settings)  # the last of equal names wins
        self.url = f"postgresql://intake@/postgres?host={folder}"

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        options = " ".join(f"-c {setting}" for setting in self._settings)
        self._run("--wait", "--log", str(self._folder / "log"),
                  "--options", f"-k {self._folder} -h '' {options}", "start")  # fmt: skip

    def stop(self, *, check: bool = True) -> None:
        """Stop at once: connections are closed; committed data is kept."""
        self._run("--mode", "immediate", "--wait", "stop", check=check)

    def _run(self, *words: str, check: bool = True) -> None:
        command = [self._pg_ctl, "--pgdata", str(self._folder / "data"), "--silent", *words]
        subprocess.run(command, user=self._user, cwd=self._folder, check=check, capture_output=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server; yield the URL of its database `postgres`. Skips without PostgreSQL."""
    with running_postgresql() as server:
        yield server.url


@contextmanager
def running_postgresql(*settings: str) -> Iterator[PostgresqlServer]:
    """Run a server with these settings. Skips the test if PostgreSQL isn't installed."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("no PostgreSQL here (Debian: postgresql)")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="intake-pg-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        subprocess.run(
            [initdb, "--no-sync", "--auth=trust", "--username=intake", "--encoding=UTF8",
             "--locale=C", str(folder / "data")],
            user=user, cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        server = PostgresqlServer(folder, user, pg_ctl, settings)
        server.start()
        try:
            yield server
        finally:
            server.stop(check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """Return the user that the server must run as, because it refuses root; None for our own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"
