"""
Open, read and write the database.

SQLite in one file by default, PostgreSQL by its URL. The stores use plain SQLAlchemy Core through
`reading` and `writing`, so they contain nothing of either dialect.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite

from intake.database.errors import StorageGone, StorageNewer, translated_errors
from intake.database.revisions import known_revisions, migration_settings, stored_revision

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry
    from sqlalchemy.sql.dml import Insert

# For the locks of other processes; the threads of this one queue up in `_write_queue`.
BUSY_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 10
MIGRATION_LOCK = 7_418_205  # PostgreSQL advisory lock: one process migrates, the others wait
_SQLITE = "sqlite"


def open_database(url: str) -> Engine:
    """
    Return the engine for a database's URL, like `sqlite:////var/lib/intake/intake.sqlite3`.

    `postgresql://user:password@host/intake` names an existing database; psycopg connects to it.

    SQLite: WAL, so readers never wait for the writer; `synchronous=FULL`, because with NORMAL the
    last commits may be lost at a power cut; `secure_delete`, because deleted data must be gone. A
    pool of connections serves all threads. Tables are made by `migrate`.

    Raises:
        ValueError: the URL names an SQLite database in memory.
        OSError: the file or its folder can't be made.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != _SQLITE:
        # pool_pre_ping: a restarted server leaves dead connections in the pool; they are replaced
        # before use.
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=8,
            max_overflow=24,
            pool_timeout=30,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "intake"},
        )
    if parsed.database in (None, "", ":memory:"):
        raise ValueError("An SQLite database in memory is lost at once: name a file in its URL")
    path = Path(str(parsed.database))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # An empty file is an empty database; from here on a missing one is an error. SQLite gives its
    # -wal and -shm the mode of the file: customers' words are for this user alone.
    path.touch(mode=0o600)
    engine = create_engine(parsed, pool_size=8, max_overflow=64, pool_timeout=30)
    event.listen(engine, "do_connect", _refuse_missing_file)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def restrict_file_access(url: str) -> None:
    """Remove other users' permissions from the database's files, if the files are ours."""
    parsed = make_url(url)
    if parsed.get_backend_name() != _SQLITE:
        return
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            path = Path(f"{parsed.database}{end}")
            status = path.stat()
            if status.st_uid == os.geteuid() and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                path.chmod(stat.S_IMODE(status.st_mode) & stat.S_IRWXU)


def _refuse_missing_file(
    _dialect: object, _record: object, arguments: list[str], _parameters: object
) -> None:
    """
    Raise an error for a missing file: SQLite would create an empty one and answer "no
    such table".
    """
    if not Path(arguments[0]).exists():
        error = sqlite3.OperationalError(f"the database's file {arguments[0]} is gone")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """
    Set up a connection. The driver's own transactions are off: `reading` and `writing`
    send BEGIN.
    """
    raw: Any = connection
    raw.isolation_level = None
    # The timeout comes first: switching to WAL takes a lock that another process may hold.
    raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        # SQLite enforces foreign keys only on connections that ask for it.
        "foreign_keys=ON",
        "secure_delete=ON",
        # 64 MiB: without a limit the -wal file stays as large as it ever was.
        "journal_size_limit=67108864",
    ):
        raw.execute(f"PRAGMA {pragma}")
    path = Path(raw.execute("PRAGMA database_list").fetchone()[2])
    record.info["file"] = (path, _identity(path))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """
    Open a read transaction with one consistent snapshot of the database.

    Raises:
        StorageError: the database can't be read now.
    """
    with translated_errors(), engine.connect() as connection:
        if engine.dialect.name == _SQLITE:
            # Deferred: the first SELECT takes the snapshot (WAL) that the others see as well.
            _begin(connection, "BEGIN")
            yield connection
        else:
            yield connection.execution_options(isolation_level="REPEATABLE READ")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """
    Open a transaction that is stored, whole and synced, when the block ends without an exception.

    On SQLite it takes the write lock at once: a transaction that began as a reader can't wait for
    the lock later (SQLITE_BUSY ignores busy_timeout there). The threads of one process queue up in
    memory first, so that they don't wake each other by retrying (R8: busy is a short wait).

    Raises:
        StorageError: the database can't be written now; nothing of the block is stored.
    """
    if engine.dialect.name != _SQLITE:
        with translated_errors(), engine.begin() as connection:
            yield connection
        return
    # Queue before taking a connection: waiting threads must not use up the pool. `begin`
    # sends nothing here, as the driver's own transactions are off; it commits or rolls back.
    with (
        translated_errors(),
        _write_queue(engine),
        engine.connect() as connection,
        connection.begin(),
    ):
        _begin(connection, "BEGIN IMMEDIATE")
        yield connection


def _begin(connection: Connection, statement: str) -> None:
    """
    Begin a transaction, if the connection's file is still the one at its path.

    A removed file lives on for those who have it open: what they wrote there would be acknowledged,
    and gone at the next start.
    """
    path, identity = connection.info["file"]
    if _identity(path) != identity:
        # It has the removed file open: the pool must not hand it out again.
        connection.invalidate()
        raise StorageGone(f"the database's file {path} was removed or replaced while we ran")
    raw: Any = connection.connection.driver_connection
    raw.execute(statement)


def hold_lock(connection: Connection, key: int) -> None:
    """
    Wait for the lock with this key, and hold it until the transaction ends.

    On SQLite `writing` itself is such a lock.
    """
    if connection.dialect.name != _SQLITE:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def try_lock(connection: Connection, key: int) -> bool:
    """
    Take the lock with this key if no other transaction holds it. Returns whether it was taken.

    See `hold_lock`.
    """
    if connection.dialect.name == _SQLITE:
        return True
    result = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key})
    return bool(result.scalar())


# A queue for each database; weak, so that an engine that is dropped takes its lock along.
_write_queues: weakref.WeakKeyDictionary[Engine, threading.Lock] = weakref.WeakKeyDictionary()
_write_queues_lock = threading.Lock()


def _write_queue(engine: Engine) -> threading.Lock:
    turn = _write_queues.get(engine)
    if turn is None:
        with _write_queues_lock:
            turn = _write_queues.setdefault(engine, threading.Lock())
    return turn


def upsert(engine: Engine, table: Table) -> Insert:
    """
    Return `INSERT … ON CONFLICT (primary key) DO UPDATE` of every other column, on
    either database.
    """
    statement = insert_into(engine, table)
    keys = [column.name for column in table.primary_key]
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    result: Insert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return result


def insert_into(engine: Engine, table: Table) -> Any:  # noqa: ANN401 - one of two dialects' own
    """Return an INSERT of the database's dialect, which can have an ON CONFLICT clause."""
    return sqlite.insert(table) if engine.dialect.name == _SQLITE else postgresql.insert(table)


def insert_if_missing(engine: Engine, table: Table) -> Insert:
    """Return `INSERT … ON CONFLICT DO NOTHING`, on either database."""
    result: Insert = insert_into(engine, table).on_conflict_do_nothing()
    return result


def insert_row(connection: Connection, statement: Insert, row: Mapping[str, Any]) -> bool:
    """
    Execute an `insert_if_missing` of one row. Returns whether the row was inserted.

    Uses RETURNING, because psycopg's row count is -1 if SQLAlchemy inserts many at once.
    """
    (key, *_) = statement.table.primary_key
    return connection.execute(statement.values(row).returning(key)).first() is not None


def migrate(engine: Engine) -> None:
    """
    Bring the tables to this release, once, at start.

    All of it is one transaction behind the write lock, so that two processes started together do it
    once, and a kill in the middle leaves the old tables.

    Raises:
        StorageNewer: a newer release has changed its tables.
        StorageError: the database can't be written now.
    """
    from alembic import command  # noqa: PLC0415  slow to import, and needed once

    config = migration_settings()
    with writing(engine) as connection:
        # The lock ends with the transaction, so a killed process leaves nothing locked.
        hold_lock(connection, MIGRATION_LOCK)
        revision = stored_revision(connection)
        if revision is not None and revision not in known_revisions():
            raise StorageNewer(
                f"it was written by a newer release (schema {revision}); install that one, or"
                " restore the backup from before its first start"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
