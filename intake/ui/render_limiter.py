"""
So many pages are worked on at the same time; the others wait their turn.

Python runs one thread at a time anyway. Two hundred threads that are all half done hand the
interpreter's lock round and round, hold the database's and the framework's locks meanwhile, and
everybody waits for everybody; a few at a time finish one after another. Measured with 200
customers at one answer in five seconds each: half of the answers within 20 ms instead of 2 s.

A click takes two turns: its callback's and its page's. Who has had the first waits for the second
before all who are new, and nobody holds a turn while the disk writes an answer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
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


class _Turns:
    """So many at a time; who goes first, in the order of coming, then the others in theirs."""

    def __init__(self, at_once: int) -> None:
        self._free, self._lock = at_once, threading.Lock()
        self._first: deque[threading.Lock] = deque()
        self._others: deque[threading.Lock] = deque()

    def take(self, *, goes_first: bool) -> None:
        """Wait for a turn."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            gate = threading.Lock()
            gate.acquire()
            (self._first if goes_first else self._others).append(gate)
        gate.acquire()

    def give_back(self) -> None:
        """End a turn; it is the next one's at once."""
        with self._lock:
            waiting = self._first or self._others
            if waiting:
                waiting.popleft().release()
            else:
                self._free += 1


class _OfThread(threading.local):
    """What a thread has of the turns."""

    held: _Turns | None = None
    has_begun: bool = False  # its callback has had a turn, and its page not yet


_AT_ONCE = 2  # one may wait for the disk while the other draws

waits = TurnWaits()
_turns = _Turns(_AT_ONCE)
# Colleagues who look through a long list wait for each other, and no customer waits for them.
_staff_turns = _Turns(1)
_mine = _OfThread()


@contextmanager
def render_slot(*, for_staff: bool = False, is_callback: bool = False) -> Iterator[None]:
    """Wait for a turn and hold it; within a turn, it is that very turn."""
    # A page that saves while it is drawn would wait for itself.
    if _mine.held is not None:
        yield
        return
    turns = _staff_turns if for_staff else _turns
    with waits.waiting() if not for_staff else nullcontext(_nothing) as has_come:
        turns.take(goes_first=_mine.has_begun)
        has_come()
        _mine.held, _mine.has_begun = turns, is_callback
        try:
            yield
        finally:
            leave_slot()


def leave_slot() -> None:
    """Give this thread's turn to the next, as what follows waits for the disk; or do nothing."""
    turns, _mine.held = _mine.held, None
    if turns is not None:
        turns.give_back()


def _nothing() -> None:
    """Staff's waits say nothing of customers'."""
