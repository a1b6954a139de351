"""
Jobs for probe workers: which worker waits, which job it got, and which answers are accepted.

A worker's answer is accepted for a job that this worker was given, once and in time. Its name and
place are those that the operator stored, its network is the one of its request, and the time is our
own clock's.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from diagnostics import VantageObservation
from intake.vantages.vantage import Deliver, VantageJob
from intake.vantages.worker_messages import JOB_LIVES_S, POLL_S, WorkerAnswer, WorkerJob

_ONLINE_S: Final = 2 * POLL_S + 10  # a connected worker asks again within this time
_MAX_WAITING: Final = 20  # jobs of one worker; further targets go without it


@dataclass
class _PendingJob:
    """A job under way: its worker, its deadline, and who wants the answer."""

    worker: str
    message: WorkerJob
    url: str
    deliver: Deliver
    ends_at: float


@dataclass
class _WorkerQueue:
    """One worker's jobs, and how to wake its waiting request."""

    place: str = ""
    network: str = ""
    seen: float = 0.0
    jobs: deque[_PendingJob] = field(default_factory=deque)
    wake: Callable[[], None] | None = None


class WorkerJobs:
    """
    The jobs of this process's workers, in memory; a lost job only means a missing
    observation.
    """

    name = "workers"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, _WorkerQueue] = {}
        self._pending: dict[str, _PendingJob] = {}
        self._is_stopped = False

    def begin(self, job: VantageJob, deliver: Deliver) -> int:
        """Give the job to every connected worker, and return how many there are."""
        if job.kind == "mail":
            return 0
        wakes, count = [], 0
        with self._lock:
            self._drop_expired()
            for name, worker in self._queues.items():
                is_there = time.monotonic() - worker.seen < _ONLINE_S
                if self._is_stopped or not is_there or len(worker.jobs) >= _MAX_WAITING:
                    continue
                message = WorkerJob(
                    id=secrets.token_urlsafe(24),
                    kind="server" if job.kind == "server" else "site",
                    target=job.text,
                    controls=job.controls,
                )
                ends_at = time.monotonic() + JOB_LIVES_S
                worker.jobs.append(_PendingJob(name, message, job.url, deliver, ends_at))
                wakes.append(worker.wake)
                count += 1
        for wake in filter(None, wakes):
            wake()
        return count

    async def next_job(
        self, name: str, place: str, network: str, *, poll_s: float = POLL_S
    ) -> WorkerJob | None:
        """Wait for this worker's next job; None if none came within `poll_s`."""
        news, loop = asyncio.Event(), asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(news.set)

        ends_at = time.monotonic() + poll_s
        while True:
            news.clear()
            with self._lock:
                worker = self._queues.setdefault(name, _WorkerQueue())
                worker.place, worker.network, worker.seen = place, network, time.monotonic()
                if (pending := self._take(worker)) is not None:
                    return pending.message
                if self._is_stopped:
                    return None
                # Of two requests of one worker the later is woken; the other times out.
                worker.wake = wake
            try:
                await asyncio.wait_for(news.wait(), max(0.0, ends_at - time.monotonic()))
            except TimeoutError:
                return None
            finally:
                with self._lock:
                    # A request that has ended, or was given up, is not to be woken.
                    if worker.wake is wake:
                        worker.wake = None

    def finish(self, name: str, job_id: str, answer: WorkerAnswer) -> bool:
        """Accept a worker's answer to its own job; False if it has no such job."""
        with self._lock:
            pending = self._pending.get(job_id)
            if pending is None or pending.worker != name or pending.ends_at < time.monotonic():
                return False
            del self._pending[job_id]
            worker = self._queues[name]
            observation = _observation(name, worker, pending, answer)
        # Outside the lock: what follows writes to the database.
        pending.deliver([observation])
        return True

    def stop(self) -> None:
        """Answer every waiting worker without a job; it asks again when the service is back."""
        with self._lock:
            self._is_stopped = True
            wakes = [worker.wake for worker in self._queues.values() if worker.wake]
        for wake in wakes:
            wake()

    def _take(self, worker: _WorkerQueue) -> _PendingJob | None:
        while worker.jobs:
            pending = worker.jobs.popleft()
            if pending.ends_at > time.monotonic():
                self._pending[pending.message.id] = pending
                return pending
        return None

    def _drop_expired(self) -> None:
        now = time.monotonic()
        self._pending = {
            key: pending for key, pending in self._pending.items() if pending.ends_at > now
        }


def _observation(
    name: str, worker: _WorkerQueue, pending: _PendingJob, answer: WorkerAnswer
) -> VantageObservation:
    viewer = f"worker-{name}"
    return VantageObservation(
        id=f"vantage-{viewer}-site",
        started_at=datetime.now(UTC) - timedelta(seconds=answer.duration_s),
        duration_s=answer.duration_s,
        viewer=viewer,
        vantage="worker",
        place=worker.place,
        network=worker.network,
        asked="site",
        url=pending.url,
        status=answer.status,
        addresses=answer.addresses,
        verdict=answer.verdict,
        cause=answer.cause,
        control=answer.control,
    )
