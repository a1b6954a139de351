"""Threads that measure, what they hand in, and the end that stands for all of them."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from diagnostics.net.deadline import Deadline
from diagnostics.observations import Observation

_log = logging.getLogger(__name__)
T = TypeVar("T")
Seen = TypeVar("Seen", bound=Observation)


class Workers:
    """
    Daemon threads under one deadline; `observations` holds what they saw, in the order it came.

    `is_broken` tells that a probe raised: the report then says that not everything is known.
    """

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.observations: queue.SimpleQueue[Observation | None] = queue.SimpleQueue()
        self.is_broken = False
        self._is_cancelled = threading.Event()
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Start nothing more; what is under way ends by its own limits."""
        self._is_cancelled.set()

    def _start(self, work: Callable[..., T], *args: object) -> Future[T]:
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work(*args))
            except Exception as error:  # noqa: BLE001 - the edge of a worker thread
                _log.exception("a probe broke")
                self.is_broken = True
                future.set_exception(error)

        threading.Thread(target=run, name="diagnose", daemon=True).start()
        return future

    def _wait(self, futures: Sequence[Future[T]]) -> list[T]:
        """Wait for all; what broke is logged already and simply missing."""
        return [future.result() for future in futures if future.exception() is None]

    def _show(self, observation: Seen) -> Seen:
        self.observations.put(observation)
        return observation

    @property
    def _is_over(self) -> bool:
        return self._is_cancelled.is_set() or self.deadline.left_s <= 0

    def _is_first(self, observation_id: str) -> bool:
        """Whether nobody measures this yet; two ways may meet at one place."""
        with self._lock:
            is_first = observation_id not in self._seen
            self._seen.add(observation_id)
            return is_first
