"""Threads of their own for the start and for new drafts: a crowd keeps nobody else waiting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import anyio
from anyio.to_thread import run_sync

_AT_ONCE: Final = 4  # they queue up for the database anyway
_slots = anyio.CapacityLimiter(_AT_ONCE)
BeginResult = TypeVar("BeginResult")


async def run_in_begin_thread(work: Callable[..., BeginResult], *arguments: object) -> BeginResult:
    """Run `work` in a thread, after those who came before."""
    return await run_sync(partial(work, *arguments), limiter=_slots)
