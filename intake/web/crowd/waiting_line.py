"""
The waiting line: a limited number of active customers, and the order of the others.

An open page costs nothing, so only customers who did something in the last two minutes count.
Admitted customers come and go freely; newcomers wait their turn. A network with many customers
inside or waiting is served after those with few, and takes at most a quarter of the places from
the others: nobody can keep everybody out by opening many pages.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

ACTIVE_S: Final = 120.0  # reading and answering a question takes less
LEFT_S: Final = 10.0  # how long a place is kept after the last socket closed, as for a reload
CONNECT_S: Final = 15.0  # an admitted visitor who opens no socket within it loses the place
PRESENT_S: Final = 45.0  # a page silent for longer is skipped, but keeps its turn
KEPT_S: Final = 900.0  # a waiting visitor silent for longer is forgotten
INSIDE_S: Final = 7_200.0  # how long an admission is valid
_MAX_STORED: Final = 20_000  # visitors, inside and waiting each
_NETWORK_GROUP: Final = 5  # this many visitors of one network, as of an office, get equal rank
_USUAL_VISIT_S: Final = 300.0
_MEASURED_S: Final = 120.0
_COUNT_LIFETIME_S: Final = 0.5
_SLOW_S: Final = 1.0  # a longer wait interrupts a person's flow of thought (R. Miller, 1968)
_MAX_ADMISSIONS: Final = 50  # newcomers within `_ADMISSION_WINDOW_S`: the time to open a page
_ADMISSION_WINDOW_S: Final = 15.0
_EXACT: Final = 200  # with more waiting, a newcomer's number is estimated until the next count


@dataclass(frozen=True, slots=True)
class Turn:
    """A visitor's number in the line, and the estimated seconds until their turn."""

    number: int
    wait_s: float


@dataclass(slots=True)
class _Inside:
    client: str
    seen_at: float
    counts_until: float
    sockets: int = 0


@dataclass(slots=True)
class _WaitingCustomer:
    client: str
    since: int
    seen_at: float


@dataclass(slots=True)
class _Count:
    """A recent count of the line: active customers by network, and everybody's number."""

    made_at: float = float("-inf")
    active: Counter[str] = field(default_factory=Counter)
    numbers: dict[str, int] = field(default_factory=dict)


class WaitingLine:
    """
    The places of one process; used only by the event loop's thread.

    `turn_wait_s` returns how long an admitted customer's page currently waits to be drawn.
    """

    def __init__(
        self,
        places: int,
        *,
        turn_wait_s: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity, self._clock, self._turn_wait_s = places, clock, turn_wait_s
        self._share = max(1, places // 4)
        self._inside: dict[str, _Inside] = {}
        self._waiting: dict[str, _WaitingCustomer] = {}
        self._arrivals = 0
        self._let_in: deque[float] = deque()
        self._newcomers: deque[float] = deque()
        self._last_count = _Count()
        self._busy_since: float | None = None

    @property
    def active_count(self) -> int:
        """The number of customers who did something recently."""
        return self._count().active.total()

    @property
    def _places(self) -> int:
        """The number of customers to serve now: a tenth while pages are drawn slowly."""
        if self._turn_wait_s() < _SLOW_S:
            return self._capacity
        return max(1, self._capacity // 10)

    @property
    def waiting_count(self) -> int:
        """The number of visitors who wait with their page open."""
        return len(self._count().numbers)

    def enter(self, visitor: str, client: str) -> Turn | None:
        """Register a page visit; return None if the visitor is admitted, else the turn."""
        now = self._clock()
        if (known := self._inside.get(visitor)) is not None:
            known.seen_at = now
            return None
        waiting = self._waiting.get(visitor)
        if waiting is None and self._is_open():
            self._admit(visitor, client, now + CONNECT_S)
            return None
        if waiting is None:
            self._arrivals += 1
            waiting = self._waiting[visitor] = _WaitingCustomer(client, self._arrivals, now)
        waiting.seen_at = now
        number = self._number(visitor)
        if number <= self._free_places(client):
            self._admit(visitor, client, now + CONNECT_S)
            return None
        return Turn(number, number / self._rate(now))

    def readmit(self, visitor: str, client: str) -> None:
        """Readmit a visitor who already had a place, even when other visitors are waiting."""
        if visitor not in self._inside:
            now = self._clock()
            self._waiting.pop(visitor, None)
            self._inside[visitor] = _Inside(client, now, now)

    def connect(self, visitor: str, client: str) -> str | None:
        """
        Register a socket and return the visitor it counts for, or None if it may not open.

        A browser that keeps no cookie has no name, so it is matched by its network.
        """
        if not visitor:
            # Admitted when it opened the page, just now or up to `INSIDE_S` ago.
            of_network = (name for name, place in self._inside.items() if place.client == client)
            visitor = next(of_network, f"net:{client}")
        if visitor not in self._inside:
            if not self._is_open():
                return None
            self._admit(visitor, client, 0.0)
        self._inside[visitor].sockets += 1
        self.act(visitor)
        return visitor

    def leave(self, visitor: str) -> None:
        """Register a closed socket; after the visitor's last one the place is soon free."""
        if (inside := self._inside.get(visitor)) is not None:
            inside.sockets -= 1
            if inside.sockets <= 0:
                inside.counts_until = min(inside.counts_until, self._clock() + LEFT_S)

    def act(self, visitor: str) -> None:
        """Register an action of a visitor."""
        if (inside := self._inside.pop(visitor, None)) is not None:
            now = self._clock()
            if inside.counts_until <= now:
                self._count().active[inside.client] += 1
            inside.seen_at, inside.counts_until = now, now + ACTIVE_S
            self._inside[visitor] = inside  # moved to the end: the oldest are forgotten first

    def _is_open(self) -> bool:
        """Check whether a newcomer is admitted without waiting."""
        count = self._count()
        return (
            not count.numbers
            and count.active.total() < self._places
            and self._admissions_left() > 0
        )

    def _admissions_left(self) -> int:
        """Return how many newcomers may still be admitted in this time window."""
        now = self._clock()
        while self._newcomers and self._newcomers[0] < now - _ADMISSION_WINDOW_S:
            self._newcomers.popleft()
        return _MAX_ADMISSIONS - len(self._newcomers)

    def _free_places(self, client: str) -> int:
        """Return the number of free places for a visitor from this network; 0 or less for none."""
        active, places = self._count().active, self._places
        if active[client] >= self._share:
            free = places - active.total()
        else:
            free = places - sum(min(number, self._share) for number in active.values())
        return min(free, self._admissions_left())

    def _admit(self, visitor: str, client: str, counts_until: float) -> None:
        now, count = self._clock(), self._count()
        if self._waiting.pop(visitor, None) is not None:
            self._let_in.append(now)
            passed = count.numbers.pop(visitor, len(count.numbers) + 1)
            for name, number in count.numbers.items():
                if number > passed:
                    count.numbers[name] = number - 1
        if counts_until > now:
            count.active[client] += 1
        self._newcomers.append(now)
        self._inside[visitor] = _Inside(client, now, counts_until)

    def _number(self, visitor: str) -> int:
        """Return the number in the line of a waiting visitor."""
        count = self._count()
        if visitor not in count.numbers:
            if len(count.numbers) < _EXACT:
                count.made_at = float("-inf")
                count = self._count()
            else:  # the last, until the next count
                count.numbers[visitor] = len(count.numbers) + 1
        return count.numbers[visitor]

    def _count(self) -> _Count:
        """Return the current count, at most `_COUNT_LIFETIME_S` old."""
        now = self._clock()
        if now - self._last_count.made_at < _COUNT_LIFETIME_S:
            return self._last_count
        self._forget(now)
        active = Counter(
            place.client for place in self._inside.values() if place.counts_until > now
        )
        seen, keys = active.copy(), []
        for name, place in self._waiting.items():  # in the order in which they came
            if place.seen_at > now - PRESENT_S:
                keys.append((seen[place.client] // _NETWORK_GROUP, place.since, name))
                seen[place.client] += 1
        numbers = {name: number for number, (*_, name) in enumerate(sorted(keys), 1)}
        self._last_count = _Count(now, active, numbers)
        return self._last_count

    def _rate(self, now: float) -> float:
        """Return the estimated admissions per second."""
        while self._let_in and self._let_in[0] < now - _MEASURED_S:
            self._let_in.popleft()
        if self._busy_since is None:
            self._busy_since = now
        usual = self._capacity / _USUAL_VISIT_S
        if now - self._busy_since < _MEASURED_S:
            return usual
        return max(len(self._let_in) / _MEASURED_S, usual / 10)

    def _forget(self, now: float) -> None:
        for name in [n for n, place in self._waiting.items() if place.seen_at < now - KEPT_S]:
            del self._waiting[name]
        if not self._waiting:
            self._busy_since = None
        while len(self._waiting) > _MAX_STORED:
            self._waiting.popitem()  # the latest arrival
        while self._inside:
            name, oldest = next(iter(self._inside.items()))
            if oldest.seen_at > now - INSIDE_S and len(self._inside) <= _MAX_STORED:
                break
            del self._inside[name]
