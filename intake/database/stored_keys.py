"""Which keys the database was written with, by their names, beside the heartbeats."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, select

from intake.database.engine import reading, upsert, writing
from intake.database.schema import heartbeats
from intake.database.sealed_columns import is_encrypting, key_names
from intake.database.times import stamp, utc_now

_PREFIX = "key-"
_beat = heartbeats.c


def note_keys(engine: Engine) -> tuple[str, ...]:
    """
    Note the key that is written with; the names of keys that were and aren't there now.

    Raises:
        StorageError: the database can't be read, or takes no write.
    """
    with reading(engine) as connection:
        noted = _noted(connection)
    known = key_names()
    missing = tuple(sorted(set(noted) - set(known)))
    if not missing and is_encrypting() and known[0] not in noted:
        with writing(engine) as connection:
            _note(engine, connection, known[0])
    return missing


def missing_keys(engine: Engine) -> tuple[str, ...]:
    """
    Return the names of keys that the database was written with and that aren't there now.

    Raises:
        StorageError: the database can't be read.
    """
    with reading(engine) as connection:
        return tuple(sorted(set(_noted(connection)) - set(key_names())))


def _noted(connection: Connection) -> Sequence[str]:
    return connection.scalars(
        select(_beat.name).where(_beat.name.startswith(_PREFIX, autoescape=True))
    ).all()


def forget_other_keys(engine: Engine) -> None:
    """Everything was written anew: only the key that is written with is needed from now on."""
    with writing(engine) as connection:
        connection.execute(
            delete(heartbeats).where(_beat.name.startswith(_PREFIX, autoescape=True))
        )
        if is_encrypting():
            _note(engine, connection, key_names()[0])


def _note(engine: Engine, connection: Connection, name: str) -> None:
    connection.execute(upsert(engine, heartbeats), {"name": name, "at": stamp(utc_now())})
