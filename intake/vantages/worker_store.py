"""The operator's probe workers in the database: their names, places, and their tokens' hashes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, insert, select, update

from intake import database as db

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_MAX_PLACE: Final = 60


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One worker: its name, its place, and when it last asked for a job."""

    name: str
    place: str
    created_at: datetime
    seen_at: datetime | None


class WorkerStore:
    """Workers and their tokens; safe to share between threads."""

    def __init__(self, engine: Engine, *, clock: db.Clock = db.utc_now) -> None:
        self._engine, self._clock = engine, clock

    def add(self, name: str, place: str) -> str:
        """
        Create a worker, or give an existing one a new token; return the token, which isn't stored.

        Raises:
            ValueError: the name or the place isn't allowed.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("a name has letters a to z, digits and '-', 32 at most")
        if not 0 < len(place) <= _MAX_PLACE or not place.isprintable():
            raise ValueError(f"a place has 1 to {_MAX_PLACE} characters, like Oslo")
        token = secrets.token_urlsafe(32)
        columns = db.probe_workers.c
        row = {"place": place, "token_hash": _hash(token), "created_at": db.stamp(self._clock())}
        with db.writing(self._engine) as connection:
            connection.execute(delete(db.probe_workers).where(columns.name == name))
            connection.execute(insert(db.probe_workers), {"name": name, "seen_at": None, **row})
        return token

    def remove(self, name: str) -> bool:
        """Revoke a worker's token at once; False if there is no such worker."""
        with db.writing(self._engine) as connection:
            removed = connection.execute(
                delete(db.probe_workers).where(db.probe_workers.c.name == name)
            )
            return bool(removed.rowcount)

    def rows(self) -> tuple[WorkerRow, ...]:
        """Return every worker, by name."""
        with db.reading(self._engine) as connection:
            rows = connection.execute(select(db.probe_workers).order_by(db.probe_workers.c.name))
            return tuple(
                WorkerRow(
                    row.name,
                    row.place,
                    db.moment(row.created_at),
                    db.moment(row.seen_at) if row.seen_at else None,
                )
                for row in rows
            )

    def find(self, token: str) -> WorkerRow | None:
        """Return the worker of a token, or None; every hash is compared, in constant time."""
        digest, known = _hash(token), None
        with db.reading(self._engine) as connection:
            hashes = connection.execute(
                select(db.probe_workers.c.name, db.probe_workers.c.token_hash)
            ).all()
        for name, token_hash in hashes:
            if hmac.compare_digest(token_hash, digest):
                known = name
        return next((row for row in self.rows() if row.name == known), None)

    def note_seen(self, name: str) -> None:
        """Store that a worker asked for a job now."""
        with db.writing(self._engine) as connection:
            connection.execute(
                update(db.probe_workers)
                .where(db.probe_workers.c.name == name)
                .values(seen_at=db.stamp(self._clock()))
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
