"""
The context of one diagnosis: its limits, its threads, what it emits, and what is known so far.

Everything in this room is a plain function that takes a `Run` first.
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
    One diagnosis under way.

    `observations` holds what was seen, in the order it came, and None at the end. Workers are
    daemon threads that end by the deadline. `is_loaded` is set once the probes that come after the
    first packets are imported. `is_broken` is true once a worker raised: the report
    then says that not everything is known.
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
        """Hand in what a probe saw, and let the other workers know of it."""
        self.known.learn(observation)
        self.observations.put(observation)
        return observation

    def end(self) -> None:
        """Tell the reader of `observations` that nothing more comes."""
        self.observations.put(None)

    def cancel(self) -> None:
        """Start nothing more; what is under way ends by its own limits."""
        self.is_cancelled.set()

    @property
    def is_over(self) -> bool:
        """Whether nothing new is to be started."""
        return self.is_cancelled.is_set() or self.deadline.left_s <= 0

    def spawn(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start a worker thread; what it raises is logged, and kept in the future."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - the edge of a worker thread
                _log.exception("a probe broke")
                self.is_broken = True
                future.set_exception(error)

        # No pool: workers wait for workers, so a bounded one would lock up; and an exit of the
        # process waits for the threads of a pool, but not for daemons.
        threading.Thread(target=run, name="diagnose", daemon=True).start()
        return future

    def spawn_background(self, work: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a worker that only the end of the run waits for."""
        self._background.append(self.spawn(work, *args, **kwargs))

    def wait(self, futures: Iterable[Future[T]]) -> list[T]:
        """Wait for all and give their results; a worker that raised is missing from them."""
        return [future.result() for future in futures if future.exception() is None]

    def wait_for_background(self) -> None:
        """Wait for what `spawn_background` started."""
        self.wait(self._background)

    def once(self, key: str) -> bool:
        """Whether the caller is the first with this key; two ways may meet at one endpoint."""
        with self._lock:
            is_first = key not in self._keys
            self._keys.add(key)
            return is_first

    def may_dial(self, address: Address) -> bool:
        """Whether anything may go to this address now; asked once, for it counts."""
        return self.shared(f"dial#{address}", lambda: self.options.may_dial(address))

    def shared(self, key: str, work: Callable[[], T]) -> T:
        """Do this work once and give its result to whoever asks with the same key."""
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
