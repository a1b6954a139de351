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


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a running server's database `postgres`; skips where there is none to be had."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("no PostgreSQL here (Debian: postgresql)")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="intake-pg-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        subprocess.run(
            [initdb, "--no-sync", "--auth=trust", "--username=intake", "--encoding=UTF8",
             "--locale=C", str(data)],
            user=user, cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        options = " ".join(f"-c {setting}" for setting in _FAST)
        start = [pg_ctl, "--pgdata", str(data), "--wait", "--silent", "--log", str(folder / "log"),
                 "--options", f"-k {folder} -h '' {options}", "start"]  # fmt: skip
        subprocess.run(start, user=user, cwd=folder, check=True, capture_output=True)
        try:
            yield f"postgresql://intake@/postgres?host={folder}"
        finally:
            # Whoever is still connected is not waited for.
            stop = [pg_ctl, "--pgdata", str(data), "--mode", "immediate", "--silent", "stop"]
            subprocess.run(stop, user=user, cwd=folder, check=False, capture_output=True)
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
