"""Runs the alarm watcher while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from starlette.concurrency import run_in_threadpool

from intake.operations.alarms.watcher import EVERY_S, AlarmWatcher

log = structlog.get_logger(__name__)


async def watch_for_faults(
    watcher: AlarmWatcher, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Check for faults once a minute, until cancelled; the first check comes after a minute."""
    while True:
        await pause(EVERY_S)
        try:
            await run_in_threadpool(watcher.check_all)
        except Exception:
            log.exception("the look for faults failed; once more in a minute")
