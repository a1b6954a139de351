"""
The database: its tables, and how it is opened, read and written.

SQLite in one file by default, PostgreSQL by its URL. The stores speak plain SQLAlchemy Core through
`reading` and `writing`, so they hold no word of either dialect. Documents are JSON in text columns;
what is searched or sorted has a column of its own. Times are ISO 8601 in UTC with microseconds:
one width, so they sort as text.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.sql.dml import Insert

BUSY_TIMEOUT_MS = 5_000
MIGRATION_LOCK = 7_418_205  # PostgreSQL advisory lock: one process migrates, the others wait
_SQLITE = "sqlite"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

checklist_versions = Table(
    "checklist_versions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("document", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("checklist_id", String(64), nullable=False),
    Column("checklist_version", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("status", String(8), nullable=False),
    Column("environment", Text, nullable=False),
    Column("reference", String(16)),
    Column("revision", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Index(None, "status", "updated_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("document", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
)

check_runs = Table(
    "check_runs",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("document", Text, nullable=False),
)

draft_files = Table(
    "draft_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("step_id", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", String(32), nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("draft_id", String(32), nullable=False, unique=True),
    Column("created_at", String(32), nullable=False, index=True),
    Column("language", String(8), nullable=False),
    Column("subject", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("cause", Text),  # the verdict as JSON, None when nothing was measured
    Column("priority", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("asked", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("sent_as", String(16), nullable=False),
    Column("search", Text, nullable=False),
    Column("document", Text, nullable=False),
)

ticket_attachments = Table(
    "ticket_attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("desk", String(64), nullable=False),
    Column("detail", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("tickets.reference", ondelete="CASCADE"), nullable=False),
    Column("desk", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("first_attempt_at", String(32)),
    Column("next_attempt_at", String(32), nullable=False),
    Column("lease_id", String(32)),
    Column("lease_until", String(32)),
    Column("last_error", Text),
    Column("receipt", Text),
    Column("delivered_at", String(32)),
    UniqueConstraint("reference", "desk"),
    Index(None, "state", "next_attempt_at"),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", String(160), nullable=False),
    Column("version", String(64), nullable=False),
    Column("document", Text),  # the checklist's expanded content; None for a section
    Column("sources", Text, nullable=False),  # its own file and its sections, JSON by name
    Column("note", Text, nullable=False),
    Column("who", String(16), nullable=False),
    Column("at", String(32), nullable=False),
    Index(None, "file", "id"),
)

working_copies = Table(
    "working_copies",
    metadata,
    Column("file", String(160), primary_key=True),
    Column("text", Text, nullable=False),
    Column("base", String(64), nullable=False),  # the file's SHA-256 when the author opened it
    Column("changed_at", String(32), nullable=False),
)

# How customers get on, for the authors: ids and times, nothing that anybody said. These rows
# outlive the draft, so they don't point to it.
walks = Table(
    "walks",
    metadata,
    Column("id", String(32), primary_key=True),  # the draft's
    Column("checklist_id", String(64), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("outcome", String(8)),  # sent, solved, or None: neither
    Index(None, "checklist_id", "started_at"),
)

step_visits = Table(
    "step_visits",
    metadata,
    Column("walk_id", ForeignKey("walks.id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", String(64), primary_key=True),
    Column("shown_at", String(32), nullable=False),
    Column("answered_at", String(32)),
    Column("changes", Integer, nullable=False),
    Column("is_unknown", Boolean, nullable=False),
)


def stamp(moment: datetime) -> str:
    """A moment as it is stored; refuses one without a zone, which would mean another hour."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stored: str) -> datetime:
    """A stored time, aware."""
    return datetime.fromisoformat(stored)


def open_database(url: str) -> Engine:
    """
    The engine for a database's URL, like `sqlite:////var/lib/intake/intake.sqlite3`.

    SQLite: WAL, so readers never wait for the writer; `synchronous=FULL`, because with NORMAL the
    last commits may be lost at a power cut; `secure_delete`, because forgotten means gone. A pool
    of connections serves all threads. Tables are made by `migrate`.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != _SQLITE:
        return create_engine(parsed, pool_pre_ping=True, isolation_level="READ COMMITTED")
    if parsed.database not in (None, "", ":memory:"):
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    else:
        raise ValueError("An SQLite database in memory is lost at once: name a file in its URL")
    engine = create_engine(parsed, pool_size=8, max_overflow=64, pool_timeout=30)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """The driver's own transactions are off: `reading` and `writing` say BEGIN themselves."""
    raw: Any = connection
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "journal_size_limit=67108864",
    ):
        raw.execute(f"PRAGMA {pragma}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent look at the database."""
    with engine.connect() as connection:
        if engine.dialect.name == _SQLITE:
            _begin(connection, "BEGIN")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """
    One transaction that is stored, whole and synced, when the block ends without an exception.

    On SQLite it takes the write lock at once: a transaction that began as a reader can't wait for
    the lock later (SQLITE_BUSY ignores busy_timeout there). The threads of one process queue up
    in memory first, so that they don't wake each other by trial (R8: busy is a short wait).
    """
    if engine.dialect.name != _SQLITE:
        with engine.begin() as connection:
            yield connection
        return
    with _turn(engine), engine.connect() as connection, connection.begin():
        _begin(connection, "BEGIN IMMEDIATE")
        yield connection


def _begin(connection: Connection, statement: str) -> None:
    raw: Any = connection.connection.driver_connection
    raw.execute(statement)


_turns: weakref.WeakKeyDictionary[Engine, threading.Lock] = weakref.WeakKeyDictionary()
_turns_lock = threading.Lock()


def _turn(engine: Engine) -> threading.Lock:
    turn = _turns.get(engine)
    if turn is None:
        with _turns_lock:
            turn = _turns.setdefault(engine, threading.Lock())
    return turn


def upsert(engine: Engine, table: Table) -> Insert:
    """`INSERT … ON CONFLICT (primary key) DO UPDATE` of every other column, on either database."""
    statement = insert_into(engine, table)
    keys = [column.name for column in table.primary_key]
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    result: Insert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return result


def insert_into(engine: Engine, table: Table) -> Any:  # noqa: ANN401 - one of two dialects' own
    """An INSERT that can say what to do about a conflict, on either database."""
    return sqlite.insert(table) if engine.dialect.name == _SQLITE else postgresql.insert(table)


def insert_if_missing(engine: Engine, table: Table) -> Insert:
    """`INSERT … ON CONFLICT DO NOTHING`, on either database."""
    result: Insert = insert_into(engine, table).on_conflict_do_nothing()
    return result


def migrate(engine: Engine) -> None:
    """
    Bring the tables to this release, once, at start.

    All of it is one transaction behind the write lock, so that two processes started together
    do it once, and a kill in the middle leaves the old tables.
    """
    from alembic import command  # noqa: PLC0415  slow to import, and needed once
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        if engine.dialect.name != _SQLITE:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
