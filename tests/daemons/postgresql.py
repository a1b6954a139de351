"""PostgreSQL: a server of the tests' own on a Unix socket, never as root, with nothing to lose."""

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

# Nothing here outlives the tests, so nothing waits for the disk.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


def _program(name: str) -> str | None:
    """On the path, or where Debian puts each version's programs."""
    places = sorted(glob("/usr/lib/postgresql/*/bin"))  # noqa: PTH207
    return shutil.which(name, path=os.pathsep.join([*reversed(places), os.environ["PATH"]]))


class PostgresqlServer:
    """A server in a folder of its own, that may be stopped and started again."""

    def __init__(
        self, folder: Path, user: str | None, pg_ctl: str, settings: tuple[str, ...] = ()
    ) -> None:
        self._folder, self._user, self._pg_ctl = folder, user, pg_ctl
        self._settings = (*_FAST, *settings)  # of one name, the last counts
        self.url = f"postgresql://intake@/postgres?host={folder}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = " ".join(f"-c {setting}" for setting in self._settings)
        self._run("--wait", "--log", str(self._folder / "log"),
                  "--options", f"-k {self._folder} -h '' {options}", "start")  # fmt: skip

    def stop(self, *, check: bool = True) -> None:
        """Stop at once: whoever is connected is cut off, and what was committed is there."""
        self._run("--mode", "immediate", "--wait", "stop", check=check)

    def _run(self, *words: str, check: bool = True) -> None:
        command = [self._pg_ctl, "--pgdata", str(self._folder / "data"), "--silent", *words]
        subprocess.run(command, user=self._user, cwd=self._folder, check=check, capture_output=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a running server's database `postgres`; skips where there is none to be had."""
    with postgresql_server_of_ours() as server:
        yield server.url


@contextmanager
def postgresql_server_of_ours(*settings: str) -> Iterator[PostgresqlServer]:
    """A running server, with settings of its own; skips where there is none to be had."""
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
    """Whom the server runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"
