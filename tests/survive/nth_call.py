"""The n-th call of the database, or of a thread's start, fails: for every n of a journey."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Engine

from intake.database import engine as engine_module

# "before": nothing of the call is done. "after": a commit is done, and nobody learns of it.
FaultMoment = Literal["before", "after"]
_SQLITE_FAULTS = (
    (sqlite3.SQLITE_BUSY, "database is locked"),
    (sqlite3.SQLITE_FULL, "database or disk is full"),
    (sqlite3.SQLITE_IOERR, "disk I/O error"),
    (sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
)


@dataclass
class NthCall:
    """Counts calls from all threads; the `fails_at`-th fails, counted from 1, or none with 0."""

    fails_at: int = 0
    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_now(self) -> bool:
        """Count one call, and say whether it is the one."""
        with self._lock:
            self.count += 1
            return self.count == self.fails_at


class _FailingDriver:
    """The calls of the driver that a dialect makes, one of which fails."""

    def __init__(self, engine: Engine, call: NthCall, moment: FaultMoment) -> None:
        self._dialect: Any = engine.dialect
        self._call, self._moment = call, moment
        self._plain_commit, self._plain_begin = self._dialect.do_commit, engine_module._begin

    def statement(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def do(cursor: Any, *arguments: Any) -> Any:
            if self._moment == "before" and self._call.is_now():
                self._fail(cursor.connection)
            return plain(cursor, *arguments)

        return do

    def commit(self, connection: Any) -> None:
        is_now = self._call.is_now()
        raw = getattr(connection, "driver_connection", connection)
        if is_now and self._moment == "before":
            self._fail(raw)
        self._plain_commit(connection)
        if is_now and self._moment == "after":
            self._fail(raw)
            self._plain_commit(connection)  # PostgreSQL's is closed: raises as the driver does

    def begin(self, connection: Any, words: str) -> None:
        """SQLite's BEGIN, which goes to the driver without the dialect."""
        if self._moment == "before" and self._call.is_now():
            self._fail(None)
        self._plain_begin(connection, words)

    def _fail(self, connection: Any) -> None:
        if self._dialect.name != "sqlite":
            connection.close()
            return
        code, words = _SQLITE_FAULTS[self._call.fails_at % len(_SQLITE_FAULTS)]
        error = sqlite3.OperationalError(words)
        error.sqlite_errorcode = code
        raise error


@contextmanager
def failing_database(
    engine: Engine, call: NthCall, moment: FaultMoment = "before"
) -> Iterator[None]:
    """
    Fail the n-th statement, or the n-th commit with "after", as the driver does.

    PostgreSQL's connection is really closed; SQLite is busy, full or broken, in turn.
    """
    dialect: Any = engine.dialect
    driver, plain_begin = _FailingDriver(engine, call, moment), engine_module._begin
    dialect.do_execute = driver.statement(dialect.do_execute)
    dialect.do_executemany = driver.statement(dialect.do_executemany)
    dialect.do_commit = driver.commit
    engine_module._begin = driver.begin  # type: ignore[assignment]
    try:
        yield
    finally:
        del dialect.do_execute, dialect.do_executemany, dialect.do_commit
        engine_module._begin = plain_begin


@contextmanager
def failing_threads(call: NthCall, of_ours: Callable[[threading.Thread], bool]) -> Iterator[None]:
    """Refuse the n-th start of a thread as a system does that has no more of them."""
    plain = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if of_ours(thread) and call.is_now():
            raise RuntimeError("can't start new thread")
        plain(thread)

    threading.Thread.start = start  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        threading.Thread.start = plain  # type: ignore[method-assign]
