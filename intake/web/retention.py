"""The hourly deleting of what is old, for as long as the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext

import structlog
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from intake.checks.claims import forget_old_claims
from intake.database import Clock, StorageError, is_first, utc_now, writing
from intake.operations.retention.policy import RetentionPolicy
from intake.operations.retention.purge import is_clock_trusted, purge
from intake.rate_limits import forget_ended_budgets

log = structlog.get_logger(__name__)

_EVERY_S = 3600.0
_TIDYING = 7_418_207  # PostgreSQL advisory lock


async def purge_hourly(
    engine: Engine,
    policy: RetentionPolicy,
    *,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Clock = utc_now,
) -> None:
    """Delete what is old now and once an hour, until cancelled."""
    while True:
        try:
            counts = await run_in_threadpool(_purge_once, engine, policy, clock)
        except StorageError:
            log.exception("what is old could not be deleted; tried again in an hour")
        else:
            if any(counts.values()):
                log.info("deleted what was old", **counts)
        await pause(_EVERY_S)


def _purge_once(engine: Engine, policy: RetentionPolicy, clock: Clock) -> dict[str, int]:
    now = clock()
    with writing(engine) if engine.dialect.name != "sqlite" else nullcontext() as connection:
        # Of several processes one does it.
        if connection is not None and not is_first(connection, _TIDYING):
            return {}
        # By the database's own clock, whatever ours says; nothing in them outlives a day.
        forget_ended_budgets(engine)
        forget_old_claims(engine)
        return purge(engine, policy, now) if is_clock_trusted(engine, now) else {}
