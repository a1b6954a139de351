"""
What a server keeps in memory after its customers have gone: RSS, ours against the bare wizard's.

A hundred customers come, answer, and leave. Streamlit holds the state of a hundred and twenty-eight
sessions that went without a goodbye, so what is measured is a server with these on it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable
from pathlib import Path

import psutil

from tests.bench.session import Session
from tests.bench.wizard import Walk, servers, start

SESSIONS = 100
AT_ONCE = 10
LIMIT = 2.0
_MIB = 1024 * 1024


def run_memory_bench() -> int:
    """Print the row; 0 when the limit is kept."""
    print(f"\nMemory of an idle server (RSS) after {SESSIONS} customers who came and went")
    after: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (command, port, extra, walk) in servers(Path(folder)).items():
            process = start(command, port, extra)
            try:
                before = _rss_mib(process.pid)
                asyncio.run(_come_and_go(f"http://127.0.0.1:{port}", walk))
                after[name] = _rss_mib(process.pid)
            finally:
                process.terminate()
                process.wait(20)
            print(f"  {name}: {before:.0f} MiB at the start, {after[name]:.0f} MiB after")
    ratio = after["ours"] / after["bare"]
    is_kept = ratio <= LIMIT
    print(f"  ours over bare {ratio:.2f}x, at most {LIMIT}x: {'kept' if is_kept else 'BROKEN'}")
    return 0 if is_kept else 1


def _rss_mib(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / _MIB


async def _come_and_go(url: str, walk: Walk) -> None:
    """Walk the wizard once for each customer, a few at a time."""
    places = asyncio.Semaphore(AT_ONCE)

    async def customer() -> None:
        async with places:
            session = Session(url)
            await session.open()
            await walk(session, _at_once)
            await session.close()

    await asyncio.gather(*(customer() for _ in range(SESSIONS)))


async def _at_once(step: Awaitable[None]) -> None:
    """Take a step without time to think."""
    await step
