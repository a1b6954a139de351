"""A database that knows the shipped checklists: proving them takes seconds at each first start."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from intake.bootstrap import build_services
from intake.settings import Settings

DATABASE = "intake.db"


def published_database(shared: Path) -> Path:
    """Make it once for all processes of a run, in a folder that they share."""
    made = shared / "published" / DATABASE
    with (shared / "published.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _publish(shared / "publishing")
            made.parent.mkdir()
            (shared / "publishing" / DATABASE).rename(made)
    return made


def _publish(data: Path) -> None:
    services = build_services(Settings(data=data))
    services.checklists.reload()
    services.engine.dispose()  # the last connection moves the journal into the file


def copy_published(database: Path, data: Path) -> None:
    """Begin a data folder with it, where none has begun."""
    if not (data / DATABASE).exists():
        data.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(database, data / DATABASE)
