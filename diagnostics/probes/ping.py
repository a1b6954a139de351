"""The ping probe: how many echo requests a host answers, and how quickly."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.icmp_socket import EchoReply, EchoSocket
from diagnostics.net.tcp_connect import has_route
from diagnostics.observations import PingObservation
from diagnostics.options import Address
from diagnostics.texts import escape_hidden

# The numbers are explained in docs/decisions/0016. At 30 % loss, 24 requests all pass once in 5,000
# times.
FIRST, MANY = 24, 60
# 24 times this is 0.48 s, most of the time of a healthy diagnosis.
SPACING_S = 0.02
KEEP_UP_S = 0.2  # once the first are out, while something else is still measured
QUIET_UNTIL_S = 3.6  # then a silent host is pinged once more, after two seconds without a packet
CHASE_S = 0.08  # when some are missing; rate limits on echo replies are usually below this
# Twice the longest round trip seen, within these bounds.
_LEAST_S, _MOST_S = 0.4, 3.0  # how long a reply is waited for
_REFUSED_S = 0.4  # a router's error is accepted after so long without a reply
_SLOW_ONES, _SLOW_S = 2, 1.1  # rate limits are counted by the second
_MANY_LOST = 10
_SLOW_PATH_S = 0.4
_ENOUGH = 20  # none lost of so many


@dataclass(frozen=True)
class PingContext:
    """
    The state of an address's other probes, for a ping, and a callback.

    `is_over`: they have ended; `is_alive`: one got an answer; `is_lossy`: one lost packets.
    `on_reply` is called for each echo reply.
    """

    is_over: Callable[[], bool] = lambda: True
    is_alive: Callable[[], bool] = lambda: True
    is_lossy: Callable[[], bool] = lambda: False
    on_reply: Callable[[], None] = lambda: None


_ALONE = PingContext()


def probe_ping(
    address: Address, *, deadline: Deadline, context: PingContext = _ALONE
) -> PingObservation:
    """
    Send echo requests (RFC 792, RFC 4443), and more of them if some were lost.

    24 are sent within a second, more while other probes are running, and up to 60 if a reply is
    missing or a connection had to repeat packets: enough to distinguish 10 % loss from none. If a
    host answers only the first requests, or every second or third, it may limit its replies (RFC
    1812, section 4.3.2.8) rather than lose packets; two more, slow requests decide that.

    If nothing answers, one more request is sent after two seconds of silence. Only then do Linux
    routers answer a packet for which they have no route: the route's limit (`error_cost`) and that
    of ICMP (`icmp_ratelimit`) share one budget, which every such packet uses up.
    """
    watch = Stopwatch()
    series = _Series(str(address), context)
    failure: Failure | None = None
    detail = ""
    try:
        if not has_route(address):
            failure, detail = Failure.VANTAGE_NO_ROUTE, "no route from here"
        else:
            with EchoSocket(address) as sock:
                series.run(sock, deadline)
            failure, detail = series.failure, series.detail
    except BrokenError as error:
        failure, detail = error.failure, error.detail
    rtts = list(series.rtts.values())
    return PingObservation(
        id=f"ping@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        failure=failure,
        failure_detail=escape_hidden(detail),
        address=str(address),
        sent=series.sent,
        received=len(rtts),
        rtt_min_s=round(min(rtts), 6) if rtts else None,
        rtt_median_s=round(statistics.median(rtts), 6) if rtts else None,
        rtt_max_s=round(max(rtts), 6) if rtts else None,
        is_limited=series.is_limited,
    )


class _Series:
    """Echo requests to one address, and the replies."""

    def __init__(self, address: str, context: PingContext) -> None:
        self._address, self._context = address, context
        self._sent_at: dict[int, float] = {}
        self._started = Stopwatch()
        self._last_sent = Stopwatch()
        self.rtts: dict[int, float] = {}
        self._refusals: dict[int, EchoReply] = {}
        self.is_limited = False

    @property
    def sent(self) -> int:
        return len(self._sent_at)

    @property
    def failure(self) -> Failure | None:
        if self.rtts:
            return None
        return self._refusal.failure if self._refusal else Failure.PING_SILENT

    @property
    def detail(self) -> str:
        if self.rtts:
            return ""
        return self._refusal.detail if self._refusal else "no reply"

    @property
    def _refusal(self) -> EchoReply | None:
        return next(iter(self._refusals.values()), None)

    def run(self, sock: EchoSocket, deadline: Deadline) -> None:
        self._send_up_to(FIRST, SPACING_S, sock, deadline)
        if not self.rtts:
            self._ask_after_a_pause(sock, deadline)
        # These take no extra time, because other probes of the address are still running.
        while not (self._context.is_over() or self._is_turned_away or self._has_gaps):
            if not self.rtts or self.sent >= MANY or deadline.left_s <= 0:
                break
            self._send_up_to(self.sent + 1, KEEP_UP_S, sock, deadline)
        self._await_the_last(sock, deadline)
        if self.rtts and self._is_suspect and not self._is_counted(sock, deadline):
            self._chase(sock, deadline)

    def _ask_after_a_pause(self, sock: EchoSocket, deadline: Deadline) -> None:
        """Wait for replies; if nothing comes from the host, send one request after the pause."""
        until = deadline.within(QUIET_UNTIL_S - self._started.elapsed_s)
        while until.left_s > 0 and not (self.rtts or self._is_turned_away):
            # The host answered another probe and all have ended: it only ignores echo requests.
            if self._context.is_alive() and self._context.is_over():
                return
            self._take(sock.receive(until.within(SPACING_S)))
        if not (self.rtts or self._is_turned_away or self._context.is_alive()):
            self._send(sock)

    def _chase(self, sock: EchoSocket, deadline: Deadline) -> None:
        """Send more requests, slower; if all of these are answered, the host limits its replies."""
        before, number = len(self._missing), self.sent
        self._send_up_to(MANY, CHASE_S, sock, deadline)
        self._await_the_last(sock, deadline)
        # One missing reply may be chance; several before and none after mean a limit.
        is_clean = all(missing <= number for missing in self._missing)
        self.is_limited = is_clean and before > 1 and self.sent - number >= _ENOUGH

    @property
    def _is_suspect(self) -> bool:
        """Whether packets seem to be lost; on a slow path, a slow connection proves nothing."""
        is_slow = max(self.rtts.values()) > _SLOW_PATH_S
        return bool(self._missing) or (self._context.is_lossy() and not is_slow)

    @property
    def _missing(self) -> list[int]:
        return [number for number in self._sent_at if number not in self.rtts]

    @property
    def _is_settled(self) -> bool:
        return len(self.rtts) + len(self._refusals) >= self.sent

    @property
    def _is_turned_away(self) -> bool:
        """Whether a router reported an error, and no reply came for a while."""
        return bool(self._refusals) and not self.rtts and self._started.elapsed_s > _REFUSED_S

    @property
    def _has_gaps(self) -> bool:
        """Whether a reply is missing although later requests were answered."""
        return bool(self.rtts) and any(number < max(self.rtts) for number in self._missing)

    @property
    def _patience_s(self) -> float:
        """The seconds to wait for replies after the last request."""
        if self.rtts:
            return min(_MOST_S, max(_LEAST_S, 2 * max(self.rtts.values())))
        return _LEAST_S

    def _send_up_to(
        self, count: int, spacing_s: float, sock: EchoSocket, deadline: Deadline
    ) -> None:
        while self.sent < count and deadline.left_s > 0 and not self._is_turned_away:
            if self._sent_at:
                self._listen(sock, deadline.within(spacing_s))
            self._send(sock)

    def _send(self, sock: EchoSocket) -> None:
        number = self.sent + 1
        try:
            self._sent_at[number] = sock.send(number)
        except BrokenError:  # a packet that wasn't sent for lack of a buffer isn't a loss
            if not self._sent_at:
                raise
        self._last_sent = Stopwatch()

    def _listen(self, sock: EchoSocket, until: Deadline) -> None:
        """Receive replies until the deadline."""
        while until.left_s > 0:
            self._take(sock.receive(until))

    def _await_the_last(self, sock: EchoSocket, deadline: Deadline) -> None:
        """Receive replies until all have come, or no more are expected."""
        while not self._is_settled and not self._is_turned_away and deadline.left_s > 0:
            left_s = self._patience_s - self._last_sent.elapsed_s
            if left_s <= 0:
                break
            self._take(sock.receive(deadline.within(min(left_s, SPACING_S))))

    def _take(self, replies: list[EchoReply]) -> None:
        for reply in replies:
            if reply.sequence not in self._sent_at:
                continue
            if reply.failure is not None:
                self._refusals.setdefault(reply.sequence, reply)
            # A raw socket receives everybody's replies; only the target's own count.
            elif reply.source == self._address:
                rtt_s = max(0.0, reply.at - self._sent_at[reply.sequence])
                self.rtts.setdefault(reply.sequence, rtt_s)
                self._context.on_reply()

    def _is_counted(self, sock: EchoSocket, deadline: Deadline) -> bool:
        """Check for a limit on replies: with one, slow requests are all answered."""
        if not self._looks_counted:
            return False
        before, got = self.sent, len(self.rtts)
        for _ in range(_SLOW_ONES):
            self._listen(sock, deadline.within(_SLOW_S))
            self._send(sock)
        self._await_the_last(sock, deadline)
        self.is_limited = len(self.rtts) - got >= self.sent - before
        return self.is_limited

    @property
    def _looks_counted(self) -> bool:
        """Whether only the first requests were answered, or later every second or third one."""
        lost = self._missing
        if not lost:
            return False
        late = [number for number in sorted(self.rtts) if number > lost[0]]
        if len(late) <= 1:
            return len(lost) > _MANY_LOST
        gaps = [after - before for before, after in itertools.pairwise(late)]
        # Every second, third or fourth request answered, and never two in a row, means a limit;
        # random loss leaves uneven gaps.
        return min(gaps) > 1 and max(gaps) - min(gaps) <= 1
