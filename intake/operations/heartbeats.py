"""Rows that store when something was last done, and prove that the database takes a write."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select

from intake import database as db

BACKUP_HEARTBEAT: Final = "backup"


def write_heartbeat(engine: Engine, name: str, at: datetime | None = None) -> None:
    """
    Write a row and sync it, as a ticket would be; `at` is now by default.

    Raises:
        StorageError: the database takes no write.
    """
    with db.writing(engine) as connection:
        row = {"name": name, "at": db.stamp(at or db.utc_now())}
        connection.execute(db.upsert(engine, db.heartbeats), row)


def last_heartbeat(engine: Engine, name: str) -> datetime | None:
    """Return when it was last written; None if never."""
    beat = db.heartbeats.c
    with db.reading(engine) as connection:
        at = connection.execute(select(beat.at).where(beat.name == name)).scalar()
    return None if at is None else db.moment(at)
