"""
CPU and wall time per answered step, ours against the bare wizard's.

Both are served with the same settings, one process each, in turn in the same run. CPU is that of
the server's process, wall time what one customer waits for a step (typing and pressing Next).
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from intake.web.app import ASSETS
from intake.web.files.static_files import Compressor, find_static_files
from intake.web.limits.gate import static_folder
from tests.bench.session import Session
from tests.bench.walks import walk_bare, walk_ours
from tests.browser.product import free_port

LEVELS = (1, 50, 200)
# Between two answers a person reads and types: seconds, not milliseconds. One process at its limit
# measures its queue, not its steps. A single customer is quicker, for there are enough samples.
THINK_S = {1: 0.5}
USUAL_THINK_S = 5.0
OPENING_S = 5.0
WARM_UP_S = 12.0
LIMIT = 2.0
Walk = Callable[[Session, Callable[[Awaitable[None]], Awaitable[None]]], Awaitable[None]]


@dataclass
class Outcome:
    """What one level of one wizard gave."""

    waits_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def cpu_ms_per_step(self) -> float:
        return self.cpu_s / max(len(self.waits_s), 1) * 1000

    @property
    def p50_ms(self) -> float:
        return statistics.median(self.waits_s) * 1000 if self.waits_s else float("nan")

    @property
    def p95_ms(self) -> float:
        waits = sorted(self.waits_s)
        return waits[int(len(waits) * 0.95)] * 1000 if waits else float("nan")


def start(command: list[str], port: int, extra: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **extra},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return process
    raise SystemExit(f"{command} did not start")


class Window:
    """The measured time: after everybody has opened the page and warmed up, so many seconds."""

    def __init__(self, server: psutil.Process, outcome: Outcome, seconds: float) -> None:
        self._server, self._outcome, self._seconds = server, outcome, seconds
        self.is_open, self.is_over = False, False

    async def run(self) -> None:
        await asyncio.sleep(WARM_UP_S)
        self.is_open, before = True, self._server.cpu_times()
        await asyncio.sleep(self._seconds)
        self.is_open, after = False, self._server.cpu_times()
        self._outcome.cpu_s = after.user + after.system - before.user - before.system
        self.is_over = True

    def record(self, wait_s: float) -> None:
        if self.is_open:
            self._outcome.waits_s.append(wait_s)


async def customers(url: str, pid: int, walk: Walk, sessions: int, seconds: float) -> Outcome:
    """So many customers at once, each walking again and again until time is up."""
    outcome, think_s = Outcome(), THINK_S.get(sessions, USUAL_THINK_S)
    window = Window(psutil.Process(pid), outcome, seconds)

    async def customer(number: int) -> None:
        session = Session(url)

        async def step(action: Awaitable[None]) -> None:
            started = time.perf_counter()
            await action
            window.record(time.perf_counter() - started)
            await asyncio.sleep(think_s)
            if window.is_over:
                raise asyncio.CancelledError

        try:
            await asyncio.sleep(number / sessions * OPENING_S)  # they don't all come at once
            await session.open()
            while not window.is_over:
                await walk(session, step)
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 - every error counts, whichever it is
            outcome.errors.append(f"{type(error).__name__}: {error}"[:200])
        finally:
            await session.close()

    await asyncio.gather(window.run(), *(customer(number) for number in range(sessions)))
    return outcome


def compress_frontend(data: Path) -> None:
    """Make the copies of the frontend that a first start makes: half a minute of a processor."""
    files = find_static_files({"": static_folder(), "/assets": ASSETS}, data / "static")
    Compressor(files.values(), data / "static").make_copies()


def servers(folder: Path) -> dict[str, tuple[list[str], int, dict[str, str], Walk]]:
    ours, bare = free_port(), free_port()
    return {
        "bare": (
            [sys.executable, "-m", "tests.bench.bare_server", str(bare)],
            bare,
            {"BARE_DB": str(folder / "bare.db")},
            walk_bare,
        ),
        "ours": (
            [sys.executable, "-m", "intake", "serve"],
            ours,
            {
                "INTAKE_DATA": str(folder / "ours"),
                "INTAKE_PORT": str(ours),
                "INTAKE_RESOLVERS": "127.0.0.254:5",  # nobody: what a check costs is not a step's
                "INTAKE_LOG_LEVEL": "warning",
            },
            walk_ours,
        ),
    }


def run_wizard_bench(levels: tuple[int, ...], seconds: float, rounds: int) -> int:
    """Print the ratios of every level; 0 when the limits are kept."""
    results: dict[tuple[str, int], list[Outcome]] = {}
    with tempfile.TemporaryDirectory() as folder:
        compress_frontend(Path(folder) / "ours")
        for _ in range(rounds):
            for name, (command, port, extra, walk) in servers(Path(folder)).items():
                process = start(command, port, extra)
                try:
                    for sessions in levels:
                        url = f"http://127.0.0.1:{port}"
                        outcome = asyncio.run(customers(url, process.pid, walk, sessions, seconds))
                        results.setdefault((name, sessions), []).append(outcome)
                finally:
                    process.terminate()
                    process.wait(20)
    return report(levels, results)


def report(levels: tuple[int, ...], results: dict[tuple[str, int], list[Outcome]]) -> int:
    print("Per answered step, ours against a bare six-step wizard on SQLite, same settings")
    print(
        f"{'sessions':>9} {'CPU bare':>9} {'ours':>7} {'ratio':>6}   {'p50 bare':>9} {'ours':>7}"
        f" {'ratio':>6}   {'p95 bare':>9} {'ours':>7} {'ratio':>6}   {'steps':>11}  errors"
    )
    worst, errors = 0.0, 0
    for sessions in levels:
        bare, ours = results["bare", sessions], results["ours", sessions]
        cpu = [statistics.median(one.cpu_ms_per_step for one in side) for side in (bare, ours)]
        p50 = [statistics.median(one.p50_ms for one in side) for side in (bare, ours)]
        p95 = [statistics.median(one.p95_ms for one in side) for side in (bare, ours)]
        failed = [text for side in (bare, ours) for one in side for text in one.errors]
        errors += len(failed)
        worst = max(worst, cpu[1] / cpu[0], p50[1] / p50[0])
        steps = [sum(len(one.waits_s) for one in side) for side in (bare, ours)]
        print(
            f"{sessions:>9} {cpu[0]:>6.1f} ms {cpu[1]:>4.1f} ms {cpu[1] / cpu[0]:>5.2f}x"
            f"   {p50[0]:>6.1f} ms {p50[1]:>4.1f} ms {p50[1] / p50[0]:>5.2f}x"
            f"   {p95[0]:>6.1f} ms {p95[1]:>4.1f} ms {p95[1] / p95[0]:>5.2f}x"
            f"   {steps[0]:>5}/{steps[1]:<5}  {len(failed)}"
        )
        for text in sorted(set(failed))[:5]:
            print(f"          {text}")
    kept = worst <= LIMIT and not errors
    print(
        f"worst ratio {worst:.2f}x (limit {LIMIT:.1f}x), {errors} errors:"
        f" {'kept' if kept else 'BROKEN'}"
    )
    return 0 if kept else 1
