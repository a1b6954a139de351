"""One purge pass, by one of the processes that share a database."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Final

from sqlalchemy import Engine

from intake.checks.claims import forget_old_claims
from intake.database import Clock, try_lock, writing
from intake.operations.retention.policy import RetentionPolicy
from intake.operations.retention.purge import is_clock_trusted, purge
from intake.rate_limits import forget_ended_budgets

_PURGE_LOCK: Final = 7_418_207  # PostgreSQL advisory lock


def sweep(engine: Engine, policy: RetentionPolicy, clock: Clock) -> dict[str, int]:
    """
    Delete what is old, and return how many of each kind; {} if another process is doing it.

    Raises:
        StorageError: the database can't be written now.
    """
    now = clock()
    with writing(engine) if engine.dialect.name != "sqlite" else nullcontext() as connection:
        if connection is not None and not try_lock(connection, _PURGE_LOCK):
            return {}
        # By the database's own clock, whatever ours says; nothing in them outlives a day.
        forget_ended_budgets(engine)
        forget_old_claims(engine)
        return purge(engine, policy, now) if is_clock_trusted(engine, now) else {}
