"""The names of the keys that the database was written with, stored with the heartbeats."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, select

from intake.database.encrypted_columns import is_encrypting, key_names
from intake.database.engine import reading, upsert, writing
from intake.database.schema import heartbeats
from intake.database.times import stamp, utc_now

_PREFIX = "key-"
_beat = heartbeats.c


def record_keys(engine: Engine) -> tuple[str, ...]:
    """
    Store the name of the key in use, and return the names of stored keys that are missing now.

    Raises:
        StorageError: the database can't be read, or takes no write.
    """
    with reading(engine) as connection:
        stored = _stored_names(connection)
    known = key_names()
    missing = tuple(sorted(set(stored) - set(known)))
    if not missing and is_encrypting() and known[0] not in stored:
        with writing(engine) as connection:
            _store_name(engine, connection, known[0])
    return missing


def missing_keys(engine: Engine) -> tuple[str, ...]:
    """
    Return the names of keys that the database was written with and that are missing now.

    Raises:
        StorageError: the database can't be read.
    """
    with reading(engine) as connection:
        return tuple(sorted(set(_stored_names(connection)) - set(key_names())))


def _stored_names(connection: Connection) -> Sequence[str]:
    return connection.scalars(
        select(_beat.name).where(_beat.name.startswith(_PREFIX, autoescape=True))
    ).all()


def forget_unused_keys(engine: Engine) -> None:
    """Delete the names of all keys but the one in use, after everything was re-encrypted."""
    with writing(engine) as connection:
        connection.execute(
            delete(heartbeats).where(_beat.name.startswith(_PREFIX, autoescape=True))
        )
        if is_encrypting():
            _store_name(engine, connection, key_names()[0])


def _store_name(engine: Engine, connection: Connection, name: str) -> None:
    connection.execute(upsert(engine, heartbeats), {"name": name, "at": stamp(utc_now())})
