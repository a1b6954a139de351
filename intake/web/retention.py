"""The hourly deleting of old drafts, for as long as the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from intake.database import StorageError, utc_now
from intake.drafts import delete_old_drafts

log = structlog.get_logger(__name__)

_EVERY_S = 3600.0


async def delete_old_drafts_hourly(
    engine: Engine, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Delete old drafts now and once an hour, until cancelled."""
    while True:
        try:
            deleted = await run_in_threadpool(delete_old_drafts, engine, utc_now())
        except StorageError:
            log.exception("old drafts could not be deleted; tried again in an hour")
        else:
            if deleted:
                log.info("old drafts deleted", count=deleted)
        await pause(_EVERY_S)
