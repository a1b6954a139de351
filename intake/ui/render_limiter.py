"""
Limits the number of pages that are drawn in parallel; the others wait their turn.

Python runs one thread at a time anyway. Two hundred half-finished threads pass the interpreter's
lock around, hold the database's and Streamlit's locks meanwhile, and everybody waits for
everybody; a few at a time finish one after another. Measured with 200 customers at one answer in
five seconds each: half of the answers within 20 ms instead of 2 s.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final


class TurnWaits:
    """Measures how long customers' pages recently waited for their turn; thread-safe."""

    _WINDOW_S: Final = 5.0
    _MAX_WAITS: Final = 200

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended: deque[tuple[float, float]] = deque(maxlen=self._MAX_WAITS)
        self._waiting: dict[int, float] = {}

    @contextmanager
    def waiting(self) -> Iterator[Callable[[], None]]:
        """Measure a wait; the yielded function is called when the turn has come."""
        began, me = self._clock(), threading.get_ident()
        self._waiting[me] = began

        def turn_came() -> None:
            self._waiting.pop(me, None)
            now = self._clock()
            self._ended.append((now, now - began))

        try:
            yield turn_came
        finally:
            self._waiting.pop(me, None)

    @property
    def mean_s(self) -> float:
        """
        The mean wait in seconds, 0 if there is none.

        Of the pages that got a turn in the last five seconds, or still wait.
        """
        now = self._clock()
        waits = [wait for at, wait in list(self._ended) if at > now - self._WINDOW_S]
        waits += [now - began for began in list(self._waiting.values())]
        return sum(waits) / len(waits) if waits else 0.0


_PARALLEL_PAGES = 2  # one may wait for the disk while the other draws

waits = TurnWaits()
# Not first come, first served: a running thread takes a free slot at once, and the slot isn't idle
# until a sleeping thread wakes. So a click's page mostly follows its callback directly.
_slots = threading.BoundedSemaphore(_PARALLEL_PAGES)
# Staff pages with long lists wait for each other, and customers don't wait for them.
_staff_slots = threading.BoundedSemaphore(1)
_thread_state = threading.local()


class _ClientTurns:
    """
    Limits the pages that one client has waiting for the slots to the number of slots.

    Fifty sockets of one address that requested their page ten times a second were fifty of the
    fifty-one waiting pages, and an honest customer saw nothing for minutes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, threading.BoundedSemaphore] = {}
        self._users: Counter[str] = Counter()

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """Wait until the client has fewer pages at work than the limit."""
        with self._lock:
            turns = self._turns.setdefault(client, threading.BoundedSemaphore(_PARALLEL_PAGES))
            self._users[client] += 1
        try:
            with turns:
                yield
        finally:
            with self._lock:
                self._users[client] -= 1
                if not self._users[client]:
                    del self._users[client], self._turns[client]


_clients = _ClientTurns()


@contextmanager
def render_slot(client: str, *, for_staff: bool = False) -> Iterator[None]:
    """
    Wait for a slot and hold it; inside of a held slot, do nothing.

    `client` is the client of the page, an address: its own pages wait for each other first.
    """
    # A semaphore isn't reentrant: a page that saves while it is drawn would wait for itself.
    if getattr(_thread_state, "is_held", False):
        yield
        return
    slots, waiting = (_staff_slots, _unmeasured()) if for_staff else (_slots, waits.waiting())
    with waiting as turn_came, _clients.turn(client), slots:
        turn_came()
        _thread_state.is_held = True
        try:
            yield
        finally:
            _thread_state.is_held = False


@contextmanager
def _unmeasured() -> Iterator[Callable[[], None]]:
    """Measure nothing: the waits of staff aren't those of customers."""
    yield lambda: None
