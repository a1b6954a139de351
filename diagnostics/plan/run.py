"""
The context of one diagnosis: limits, threads, emitted observations, and shared knowledge.

The other modules of this package are plain functions that take a `Run` first.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import Observation
from diagnostics.options import Address, Options
from diagnostics.plan.knowledge import Knowledge
from diagnostics.targets import AddressPolicy, Target, TargetKind

_log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
Observed = TypeVar("Observed", bound=Observation)


class Run:
    """
    A running diagnosis.

    `observations` holds the observations in the order in which they were made, and None at the end.
    Workers are daemon threads that end by the deadline. `is_loaded` is set once the modules needed
    after the first packets are imported. `is_broken` is true once a worker raised an exception; the
    report is then incomplete.
    """

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        self.target, self.kind, self.options = target, kind, options
        self.watch = Stopwatch()
        self.deadline = Deadline.after(options.deadline_s)
        self.policy = AddressPolicy(options)
        self.known = Knowledge(target.host)
        self.observations: queue.SimpleQueue[Observation | None] = queue.SimpleQueue()
        self.is_broken = False
        self.is_cancelled = threading.Event()
        self.is_loaded = threading.Event()
        self._background: list[Future[Any]] = []
        self._keys: set[str] = set()
        self._results: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()

    def emit(self, observation: Observed) -> Observed:
        """Add an observation, and tell the other workers of it; return it."""
        self.known.learn(observation)
        self.observations.put(observation)
        return observation

    def end(self) -> None:
        """Tell the reader of `observations` that there are no more."""
        self.observations.put(None)

    def cancel(self) -> None:
        """Start no further work; running work ends by its own time limits."""
        self.is_cancelled.set()

    @property
    def is_over(self) -> bool:
        """Whether no further work may be started."""
        return self.is_cancelled.is_set() or self.deadline.left_s <= 0

    def spawn(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start a worker thread. An exception is logged and stored in the future."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - the edge of a worker thread
                _log.exception("a probe broke")
                self.is_broken = True
                future.set_exception(error)

        # No thread pool: workers wait for workers, so a bounded pool could deadlock; and the exit
        # of the process waits for a pool's threads, but not for daemon threads.
        threading.Thread(target=run, name="diagnose", daemon=True).start()
        return future

    def spawn_background(self, work: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a worker that only `wait_for_background` waits for."""
        self._background.append(self.spawn(work, *args, **kwargs))

    def wait(self, futures: Iterable[Future[T]]) -> list[T]:
        """Wait for all futures and return their results, without those that raised."""
        return [future.result() for future in futures if future.exception() is None]

    def wait_for_background(self) -> None:
        """Wait for the workers that `spawn_background` started."""
        self.wait(self._background)

    def once(self, key: str) -> bool:
        """Check whether the caller is the first with this key, so that no work is done twice."""
        with self._lock:
            is_first = key not in self._keys
            self._keys.add(key)
            return is_first

    def may_dial(self, address: Address) -> bool:
        """Check whether an address may be contacted; the option is called once, as it may count."""
        return self.shared(f"dial#{address}", lambda: self.options.may_dial(address))

    def shared(self, key: str, work: Callable[[], T]) -> T:
        """Return the result of `work`, which is done once for all callers with the same key."""
        with self._lock:
            future: Future[T] | None = self._results.get(key)
            is_first = future is None
            if future is None:
                future = self._results[key] = Future()
        if is_first:
            try:
                future.set_result(work())
            except Exception as error:
                future.set_exception(error)
                raise
        return future.result()
