"""Runs the hourly deletion of old data while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from intake.database import Clock, StorageError, utc_now
from intake.operations.retention.policy import RetentionPolicy
from intake.operations.retention.sweep import sweep

log = structlog.get_logger(__name__)

_EVERY_S = 3600.0


async def purge_hourly(
    engine: Engine,
    policy: RetentionPolicy,
    *,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Clock = utc_now,
) -> None:
    """Delete old data now and once an hour, until cancelled."""
    while True:
        try:
            counts = await run_in_threadpool(sweep, engine, policy, clock)
        except StorageError:
            log.exception("what is old could not be deleted; tried again in an hour")
        else:
            if any(counts.values()):
                log.info("deleted what was old", **counts)
        await pause(_EVERY_S)
