"""
A moving window that several processes share: one statement in the database for each use.

A row keeps the moments of the last uses, newest first and of one width, so that the database itself
compares, by its own clock, and two processes can't both take the last use. What this process alone
has used up is refused from memory, so a flood costs no statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    String,
    case,
    cast,
    delete,
    func,
    select,
    update,
)

from intake import database as db
from intake.database import StorageError

log = structlog.get_logger(__name__)

_WIDTH: Final = 13  # digits of milliseconds, until the year 2286
_AHEAD_MS: Final = 60_000  # a use from further ahead was noted before the clock was put right

_row = db.rate_budgets.c


@dataclass(frozen=True, slots=True)
class LimitUse:
    """One use of something limited, by what it is counted."""

    limit: RateLimitItem
    name: tuple[str, ...]


class SharedLimiter:
    """
    The limits of one room, counted in the database; without one, in this process alone.

    Where the database is away for the moment, this process's own count decides.
    """

    def __init__(self, engine: Engine | None, room: str) -> None:
        self._engine, self._room = engine, room
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, limit: RateLimitItem, *name: str) -> bool:
        """Use it once; False where nothing is left."""
        return self.spend(LimitUse(limit, name)) is None

    def hit_or_raise(self, limit: RateLimitItem, *name: str) -> bool:
        """
        Use it once for what is stored in the same database; False where nothing is left.

        Raises:
            StorageError: the database is away, and nothing was used: who tries again ten times in
                the minute of an outage must not be refused for ten more.
        """
        use = LimitUse(limit, name)
        if self.spent_here(use) is not None:
            return False
        if self._engine is not None:
            with db.writing(self._engine) as connection:
                if self.spend_in(connection, (use,)) is not None:
                    return False
        self.note(use)
        return True

    def test(self, limit: RateLimitItem, *name: str) -> bool:
        """Whether something is left; nothing is used."""
        if self._engine is None or not self._own.test(limit, *name):
            return self._own.test(limit, *name)
        spent = select(_row.key).where(
            _row.key == self._key(LimitUse(limit, name)), _is_spent(limit)
        )
        try:
            with db.reading(self._engine) as connection:
                return connection.execute(spent).first() is None
        except StorageError:
            return True

    def give_back(self, limit: RateLimitItem, *name: str) -> None:
        """Take the newest use back: a try is counted before it is judged, and this one was good."""
        use = LimitUse(limit, name)
        # A moving window in memory keeps no single uses apart; the database's count goes on.
        self._own.clear(limit, *name)
        if self._engine is None:
            return
        older = func.substr(_row.times, _WIDTH + 1)
        try:
            with db.writing(self._engine) as connection:
                connection.execute(
                    update(db.rate_budgets).where(_row.key == self._key(use)).values(times=older)
                )
        except StorageError:
            log.warning("a use of a limit was not given back", room=self._room)

    def spend(self, *uses: LimitUse) -> LimitUse | None:
        """Use all of them once, or none; the first of which nothing is left."""
        if (refused := self.spent_here(*uses)) is not None:
            return refused
        if self._engine is not None:
            try:
                with db.writing(self._engine) as connection:
                    if (refused := self.spend_in(connection, uses)) is not None:
                        connection.rollback()
                        return refused
            except StorageError:
                log.warning("a limit is counted in this process alone", room=self._room)
        self.note(*uses)
        return None

    def spent_here(self, *uses: LimitUse) -> LimitUse | None:
        """The first of which this process alone has used all; asks no database."""
        for use in uses:
            if not self._own.test(use.limit, *use.name):
                return use
        return None

    def note(self, *uses: LimitUse) -> None:
        """Count in memory what the database has granted."""
        for use in uses:
            self._own.hit(use.limit, *use.name)

    def spend_in(self, connection: Connection, uses: Sequence[LimitUse]) -> LimitUse | None:
        """Use them in a transaction of the caller's, which takes it back where one is refused."""
        for use in uses:
            if connection.execute(self._statement(connection, use)).first() is None:
                return use
        return None

    def _statement(self, connection: Connection, use: LimitUse) -> Any:  # noqa: ANN401 - one of two dialects' own
        now = cast(db.database_ms(), String)
        until = db.database_ms() + use.limit.get_expiry() * 1000
        longest = use.limit.amount * _WIDTH
        row = db.insert_into(connection.engine, db.rate_budgets).values(
            key=self._key(use), times=now, until_ms=until
        )
        grown = func.substr(now.concat(_row.times), 1, longest)
        return row.on_conflict_do_update(
            index_elements=[_row.key],
            set_={"times": case((_is_ahead(), now), else_=grown), "until_ms": until},
            where=~_is_spent(use.limit),
        ).returning(_row.key)

    def _key(self, use: LimitUse) -> str:
        # Hashed: an address of a customer's needn't be read in a table, and the width is known.
        named = "\n".join((self._room, use.limit.key_for(*use.name)))
        return hashlib.sha256(named.encode()).hexdigest()


def _is_spent(limit: RateLimitItem) -> ColumnElement[bool]:
    """Whether the use that many before the newest is still inside of the window."""
    oldest = func.substr(_row.times, (limit.amount - 1) * _WIDTH + 1, _WIDTH)
    window_ms = limit.get_expiry() * 1000
    is_full = oldest > cast(db.database_ms() - window_ms, String)  # of one width: as text
    return is_full & ~_is_ahead()


def _is_ahead() -> ColumnElement[bool]:
    newest = func.substr(_row.times, 1, _WIDTH)
    return newest > cast(db.database_ms() + _AHEAD_MS, String)


def forget_ended_budgets(engine: Engine) -> int:
    """Delete what limits nobody any more; how many rows."""
    with db.writing(engine) as connection:
        done = connection.execute(delete(db.rate_budgets).where(_row.until_ms < db.database_ms()))
    return done.rowcount
