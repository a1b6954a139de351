"""
Who is served now and who waits, in which order: so many customers who act, no more.

A page that is only open costs nothing, so what counts is who did something in the last two
minutes. Who was let in comes and goes freely; newcomers wait their turn. A network with many
customers inside or waiting stands behind those with few, and fills no more than a quarter of the
places for the others: nobody keeps everybody out by opening many.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

ACTIVE_S: Final = 120.0  # a question that is read and answered takes less
LEFT_S: Final = 10.0  # a reload, or a proxy that ended the connection, is back by then
CONNECT_S: Final = 15.0  # who was let in and opens no socket leaves the place
PRESENT_S: Final = 45.0  # whose page has not asked for so long is passed over, and keeps the turn
KEPT_S: Final = 900.0
INSIDE_S: Final = 7_200.0
_MOST_KEPT: Final = 20_000
_TOGETHER: Final = 5  # so many of one network count as one each, like an office at one address
_USUAL_VISIT_S: Final = 300.0
_MEASURED_S: Final = 120.0
_COUNTED_FOR_S: Final = 0.5
_SLOW_S: Final = 1.0  # a longer wait interrupts a person's flow of thought (R. Miller, 1968)
_LET_IN_AT_ONCE: Final = 50  # within the time that it takes to open a page and to read it
_AT_ONCE_S: Final = 15.0
_EXACT: Final = 200  # with more waiting, a newcomer is counted in a moment later


@dataclass(frozen=True, slots=True)
class Turn:
    """How many wait up to this visitor, and about how long it takes until the turn comes."""

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
    """The line as it was a moment ago: who counts, by network, and everybody's number."""

    made_at: float = float("-inf")
    active: Counter[str] = field(default_factory=Counter)
    numbers: dict[str, int] = field(default_factory=dict)


class WaitingLine:
    """
    The places of one process; for one thread, the event loop's.

    `turn_wait_s` says how long a page of those inside waits for its turn just now.
    """

    def __init__(
        self,
        places: int,
        *,
        turn_wait_s: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._clock, self._turn_wait_s = places, clock, turn_wait_s
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
        """How many customers did something just now."""
        return self._count().active.total()

    @property
    def _places(self) -> int:
        """How many are served now: fewer while the processor has no time for more."""
        if self._turn_wait_s() < _SLOW_S:
            return self._most
        return max(1, self._most // 10)

    @property
    def waiting_count(self) -> int:
        """How many wait for their turn with their page open."""
        return len(self._count().numbers)

    def enter(self, visitor: str, client: str) -> Turn | None:
        """A visitor opens a page: None for who is inside, or is let in now; else the turn."""
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
        if number <= self._free_for(client):
            self._admit(visitor, client, now + CONNECT_S)
            return None
        return Turn(number, number / self._rate(now))

    def come_back(self, visitor: str, client: str) -> None:
        """Who was let in before, by this process or another: inside, whoever waits."""
        if visitor not in self._inside:
            now = self._clock()
            self._waiting.pop(visitor, None)
            self._inside[visitor] = _Inside(client, now, now)

    def connect(self, visitor: str, client: str) -> str | None:
        """
        Who a visitor's socket is from, if it may open; from then on that one counts as active.

        A browser that keeps no cookie has no name: it is known by its network alone.
        """
        if not visitor:
            # Let in by the page that it has just opened, or an hour ago.
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
        """A visitor's socket has closed; with the last of them the place is soon free."""
        if (inside := self._inside.get(visitor)) is not None:
            inside.sockets -= 1
            if inside.sockets <= 0:
                inside.counts_until = min(inside.counts_until, self._clock() + LEFT_S)

    def act(self, visitor: str) -> None:
        """A visitor did something."""
        if (inside := self._inside.pop(visitor, None)) is not None:
            now = self._clock()
            if inside.counts_until <= now:
                self._count().active[inside.client] += 1
            inside.seen_at, inside.counts_until = now, now + ACTIVE_S
            self._inside[visitor] = inside  # the last to be forgotten

    def _is_open(self) -> bool:
        """Whether a newcomer needn't wait at all."""
        count = self._count()
        return not count.numbers and count.active.total() < self._places and self._may_let_in() > 0

    def _may_let_in(self) -> int:
        """How many more may come just now, whatever room there is."""
        now = self._clock()
        while self._newcomers and self._newcomers[0] < now - _AT_ONCE_S:
            self._newcomers.popleft()
        return _LET_IN_AT_ONCE - len(self._newcomers)

    def _free_for(self, client: str) -> int:
        """Places that are free for who comes from this network; 0 or less for none."""
        active, places = self._count().active, self._places
        if active[client] >= self._share:
            free = places - active.total()
        else:
            free = places - sum(min(number, self._share) for number in active.values())
        return min(free, self._may_let_in())

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
        """The place in the line of one who waits."""
        count = self._count()
        if visitor not in count.numbers:
            if len(count.numbers) < _EXACT:
                count.made_at = float("-inf")
                count = self._count()
            else:  # for a moment the last
                count.numbers[visitor] = len(count.numbers) + 1
        return count.numbers[visitor]

    def _count(self) -> _Count:
        """Count anew, unless that was done a moment ago."""
        now = self._clock()
        if now - self._last_count.made_at < _COUNTED_FOR_S:
            return self._last_count
        self._forget(now)
        active = Counter(
            place.client for place in self._inside.values() if place.counts_until > now
        )
        seen, keys = active.copy(), []
        for name, place in self._waiting.items():  # in the order in which they came
            if place.seen_at > now - PRESENT_S:
                keys.append((seen[place.client] // _TOGETHER, place.since, name))
                seen[place.client] += 1
        numbers = {name: number for number, (*_, name) in enumerate(sorted(keys), 1)}
        self._last_count = _Count(now, active, numbers)
        return self._last_count

    def _rate(self, now: float) -> float:
        """How many are let in each second, about."""
        while self._let_in and self._let_in[0] < now - _MEASURED_S:
            self._let_in.popleft()
        if self._busy_since is None:
            self._busy_since = now
        usual = self._most / _USUAL_VISIT_S
        if now - self._busy_since < _MEASURED_S:
            return usual
        return max(len(self._let_in) / _MEASURED_S, usual / 10)

    def _forget(self, now: float) -> None:
        for name in [n for n, place in self._waiting.items() if place.seen_at < now - KEPT_S]:
            del self._waiting[name]
        if not self._waiting:
            self._busy_since = None
        while len(self._waiting) > _MOST_KEPT:
            self._waiting.popitem()  # the last who came
        while self._inside:
            name, oldest = next(iter(self._inside.items()))
            if oldest.seen_at > now - INSIDE_S and len(self._inside) <= _MOST_KEPT:
                break
            del self._inside[name]
