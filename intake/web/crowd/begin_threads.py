"""Separate threads for the start page and new drafts, so that a crowd doesn't block others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import anyio
from anyio.to_thread import run_sync

_MAX_THREADS: Final = 4  # more would only wait for the database
_slots = anyio.CapacityLimiter(_MAX_THREADS)
BeginResult = TypeVar("BeginResult")


async def run_in_begin_thread(work: Callable[..., BeginResult], *arguments: object) -> BeginResult:
    """Run `work` in one of these threads; callers are served in order."""
    return await run_sync(partial(work, *arguments), limiter=_slots)
