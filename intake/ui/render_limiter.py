"""
So many pages are worked on at the same time; the others wait their turn.

Python runs one thread at a time anyway. Two hundred threads that are all half done hand the
interpreter's lock round and round, hold the database's and the framework's locks meanwhile, and
everybody waits for everybody; a few at a time finish one after another. Measured with 200
customers at one answer in five seconds each: half of the answers within 20 ms instead of 2 s.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final


class TurnWaits:
    """How long customers' pages wait for their turn, of late; used from all threads."""

    _OF_LATE_S: Final = 5.0
    _MOST: Final = 200

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended: deque[tuple[float, float]] = deque(maxlen=self._MOST)
        self._waiting: dict[int, float] = {}

    @contextmanager
    def waiting(self) -> Iterator[Callable[[], None]]:
        """Note a wait; what is given is called when the turn has come."""
        began, me = self._clock(), threading.get_ident()
        self._waiting[me] = began

        def has_come() -> None:
            self._waiting.pop(me, None)
            now = self._clock()
            self._ended.append((now, now - began))

        try:
            yield has_come
        finally:
            self._waiting.pop(me, None)

    @property
    def mean_s(self) -> float:
        """
        Seconds that a page waits, of those that got their turn in the last five or still wait.

        0 where nobody asked for one.
        """
        now = self._clock()
        waits = [wait for at, wait in list(self._ended) if at > now - self._OF_LATE_S]
        waits += [now - began for began in list(self._waiting.values())]
        return sum(waits) / len(waits) if waits else 0.0


_AT_ONCE = 2  # one may wait for the disk while the other draws

waits = TurnWaits()
# Not in the order of coming: who runs takes a free turn at once, and none stands idle until a
# thread that sleeps is awake. A click's page so mostly follows its callback.
_slots = threading.BoundedSemaphore(_AT_ONCE)
# Colleagues who look through a long list wait for each other, and no customer waits for them.
_staff_slots = threading.BoundedSemaphore(1)
_mine = threading.local()


class _ClientTurns:
    """
    Lets no client have more pages before the slots than there are slots: the others wait by it.

    Fifty sockets of one address that ask for their page ten times a second were fifty of fifty-one
    who waited, and an honest customer saw nothing for minutes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, threading.BoundedSemaphore] = {}
        self._users: Counter[str] = Counter()

    @contextmanager
    def of(self, client: str) -> Iterator[None]:
        """Wait until the client has few enough pages at work."""
        with self._lock:
            turns = self._turns.setdefault(client, threading.BoundedSemaphore(_AT_ONCE))
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
    Wait for a slot and hold it; within a turn, it is that very turn.

    `client` is whose page it is: an address, whose pages wait for each other before they do for
    those of others.
    """
    # A semaphore isn't reentrant: a page that saves while it is drawn would wait for itself.
    if getattr(_mine, "is_held", False):
        yield
        return
    slots, waiting = (_staff_slots, _unmeasured()) if for_staff else (_slots, waits.waiting())
    with waiting as has_come, _clients.of(client), slots:
        has_come()
        _mine.is_held = True
        try:
            yield
        finally:
            _mine.is_held = False


@contextmanager
def _unmeasured() -> Iterator[Callable[[], None]]:
    """How long staff wait says nothing of customers."""
    yield lambda: None
