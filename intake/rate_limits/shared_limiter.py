"""
A moving-window rate limit shared by several processes: one statement in the database for each use.

A row stores the times of the last uses, newest first and of one width, so that the database itself
compares, by its own clock, and two processes can't both take the last use. A limit that this
process alone has used up is refused from memory, so a flood costs no statements.
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
_MAX_FUTURE_MS: Final = 60_000  # a later time was stored before the clock was corrected

_row = db.rate_budgets.c


@dataclass(frozen=True, slots=True)
class LimitUse:
    """One use of a limit, with the name that it is counted by."""

    limit: RateLimitItem
    name: tuple[str, ...]


class SharedLimiter:
    """
    The limits of one room, counted in the database; without one, in this process alone.

    While the database is down, this process's own count decides.
    """

    def __init__(self, engine: Engine | None, room: str) -> None:
        self._engine, self._room = engine, room
        self._memory = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, limit: RateLimitItem, *name: str) -> bool:
        """Use the limit once; False if nothing is left."""
        return self.spend(LimitUse(limit, name)) is None

    def hit_or_raise(self, limit: RateLimitItem, *name: str) -> bool:
        """
        Use the limit once for something stored in the same database; False if nothing is left.

        Raises:
            StorageError: the database is down, and nothing was used: whoever retries ten times in
                the minute of an outage must not be refused for ten more.
        """
        use = LimitUse(limit, name)
        if self.exhausted_in_memory(use) is not None:
            return False
        if self._engine is not None:
            with db.writing(self._engine) as connection:
                if self.spend_in_transaction(connection, (use,)) is not None:
                    return False
        self.note(use)
        return True

    def test(self, limit: RateLimitItem, *name: str) -> bool:
        """Check whether something is left, without using it."""
        if self._engine is None or not self._memory.test(limit, *name):
            return self._memory.test(limit, *name)
        exhausted = select(_row.key).where(
            _row.key == self._key(LimitUse(limit, name)), _is_exhausted(limit)
        )
        try:
            with db.reading(self._engine) as connection:
                return connection.execute(exhausted).first() is None
        except StorageError:
            return True

    def give_back(self, limit: RateLimitItem, *name: str) -> None:
        """
        Take the newest use back: an attempt is counted before it is judged, and this one was
        legitimate.
        """
        use = LimitUse(limit, name)
        # A moving window in memory keeps no single uses apart; the database's count goes on.
        self._memory.clear(limit, *name)
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
        """Use all limits once, or none; return the first that is exhausted, or None."""
        if (refused := self.exhausted_in_memory(*uses)) is not None:
            return refused
        if self._engine is not None:
            try:
                with db.writing(self._engine) as connection:
                    if (refused := self.spend_in_transaction(connection, uses)) is not None:
                        connection.rollback()
                        return refused
            except StorageError:
                log.warning("a limit is counted in this process alone", room=self._room)
        self.note(*uses)
        return None

    def exhausted_in_memory(self, *uses: LimitUse) -> LimitUse | None:
        """Return the first limit that this process alone has used up; asks no database."""
        for use in uses:
            if not self._memory.test(use.limit, *use.name):
                return use
        return None

    def note(self, *uses: LimitUse) -> None:
        """Count in memory what the database has granted."""
        for use in uses:
            self._memory.hit(use.limit, *use.name)

    def spend_in_transaction(
        self, connection: Connection, uses: Sequence[LimitUse]
    ) -> LimitUse | None:
        """
        Use them in the caller's transaction; return the first that is exhausted, and then roll
        back.
        """
        for use in uses:
            if connection.execute(self._statement(connection, use)).first() is None:
                return use
        return None

    def _statement(self, connection: Connection, use: LimitUse) -> Any:  # noqa: ANN401 - one of two dialects' own
        now = cast(db.database_ms(), String)
        until = db.database_ms() + use.limit.get_expiry() * 1000
        max_length = use.limit.amount * _WIDTH
        row = db.insert_into(connection.engine, db.rate_budgets).values(
            key=self._key(use), times=now, until_ms=until
        )
        updated_times = func.substr(now.concat(_row.times), 1, max_length)
        return row.on_conflict_do_update(
            index_elements=[_row.key],
            set_={"times": case((_is_in_future(), now), else_=updated_times), "until_ms": until},
            where=~_is_exhausted(use.limit),
        ).returning(_row.key)

    def _key(self, use: LimitUse) -> str:
        # Hashed: an address of a customer's needn't be read in a table, and the width is known.
        full_name = "\n".join((self._room, use.limit.key_for(*use.name)))
        return hashlib.sha256(full_name.encode()).hexdigest()


def _is_exhausted(limit: RateLimitItem) -> ColumnElement[bool]:
    """Return the condition that the use `amount` places back is still inside the window."""
    oldest = func.substr(_row.times, (limit.amount - 1) * _WIDTH + 1, _WIDTH)
    window_ms = limit.get_expiry() * 1000
    is_full = oldest > cast(db.database_ms() - window_ms, String)  # of one width: as text
    return is_full & ~_is_in_future()


def _is_in_future() -> ColumnElement[bool]:
    newest = func.substr(_row.times, 1, _WIDTH)
    return newest > cast(db.database_ms() + _MAX_FUTURE_MS, String)


def forget_ended_budgets(engine: Engine) -> int:
    """Delete rows that limit nobody any more, and return how many."""
    with db.writing(engine) as connection:
        done = connection.execute(delete(db.rate_budgets).where(_row.until_ms < db.database_ms()))
    return done.rowcount
