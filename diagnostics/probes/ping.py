"""The ping probe: echo requests by icmplib's sockets, raw, else unprivileged, else not at all."""

from __future__ import annotations

import ctypes
import itertools
import secrets
import socket
import statistics
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

from icmplib import (
    DestinationUnreachable,
    ICMPLibError,
    ICMPReply,
    ICMPRequest,
    ICMPSocketError,
    ICMPv4Socket,
    ICMPv6Socket,
    SocketPermissionError,
    TimeExceeded,
    TimeoutExceeded,
)

from diagnostics.failures import Failure
from diagnostics.observations import PingObservation
from diagnostics.options import Address
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.probes.stream import has_route
from diagnostics.texts import visible

SPACING_S = 0.2
CLOSE_SPACING_S = 0.06  # once a reply came fast
FAST_S = 0.1
SPACING_IN_SILENCE_S = 0.1
FEW, SOME, NONE_YET, MANY = 5, 8, 10, 25  # requests: for slow replies, fast ones, none, some lost
LAST_WAIT_S = 1.0
_SHORT_WAIT_S = 0.5  # when everything else is known already
_LIMIT_S = 1.1  # rate limits on echo replies are counted by the second
_SLOW_ONES = 2
_BURST = 4
_LOOK_UP_S = 0.1
_QUEUE, _AT_ONCE_S = 100, 0.002
_PAYLOAD = bytes(56)  # as ping(8) sends; icmplib would draw 56 random bytes for each
_SO_ATTACH_FILTER = 26  # asm-generic/socket.h
_IPV4 = 4
# Codes of "destination unreachable"; the others mean "prohibited". RFC 792 and RFC 1812, section
# 5.2.7.1; RFC 4443, section 3.1.
_MEANING_V4 = {
    0: Failure.PING_NO_ROUTE,
    1: Failure.PING_HOST_UNREACHABLE,
    6: Failure.PING_NO_ROUTE,
    7: Failure.PING_HOST_UNREACHABLE,
}
_MEANING_V6 = {0: Failure.PING_NO_ROUTE, 3: Failure.PING_HOST_UNREACHABLE}

Socket: TypeAlias = Any  # icmplib's sockets carry no types


def probe_ping(
    address: Address, *, deadline: Deadline, is_enough: Callable[[], bool] = lambda: False
) -> PingObservation:
    """
    Send a few echo requests (RFC 792, RFC 4443), and more when some were lost.

    A host that answers the first ones, or one at an even distance, may count echo replies (RFC
    1812, section 4.3.2.8) rather than lose packets: then two more, slowly, tell. `is_enough` says
    that nothing else is waited for, so silence is not awaited as long.

    icmplib's own `ping` turns "host unreachable" into plain loss and a packet that never left
    into no loss at all, so its sockets are used and every reply's status is read here.
    """
    watch = Stopwatch()
    series = _Series(address, is_enough)
    failure: Failure | None = None
    detail = ""
    try:
        if not has_route(address):
            failure, detail = Failure.VANTAGE_NO_ROUTE, "no route from here"
        else:
            with open_echo_socket(address) as sock:
                series.run(sock, deadline)
            failure, detail = series.failure, series.detail
    except SocketPermissionError:
        failure, detail = Failure.VANTAGE_NOT_PERMITTED, "no right to send echo requests here"
    except ICMPLibError as error:
        failure, detail = Failure.VANTAGE_NOT_PERMITTED, str(error)
    rtts = list(series.rtts.values())
    return PingObservation(
        id=f"ping@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        failure=failure,
        failure_detail=visible(detail),
        address=str(address),
        sent=series.sent,
        received=len(rtts),
        rtt_min_s=round(min(rtts), 6) if rtts else None,
        rtt_median_s=round(statistics.median(rtts), 6) if rtts else None,
        rtt_max_s=round(max(rtts), 6) if rtts else None,
        is_limited=series.is_limited,
    )


@contextmanager
def open_echo_socket(address: Address) -> Iterator[Socket]:
    """Open a raw socket, else a datagram one; raises SocketPermissionError when neither may be."""
    kind: Any = ICMPv4Socket if address.version == _IPV4 else ICMPv6Socket
    try:
        sock = kind(privileged=True)
    except SocketPermissionError:
        sock = kind(privileged=False)
    try:
        yield sock
    finally:
        sock.close()


def hear_only(sock: Socket, echo_id: int, *, is_ipv4: bool) -> None:
    """
    Let the kernel drop what others asked for: a raw socket hears every echo reply of the machine.

    With many diagnoses at once they would fill each other's queues, and that would look like loss.
    A classic BPF program (bpf(4)): echo replies with our identifier, and errors of any kind.
    """
    reply, errors = (0, (3, 11, 12)) if is_ipv4 else (129, (1, 2, 3, 4))
    keep_at = 2 + len(errors) + 4
    program = [
        (0xB1, 0, 0, 0) if is_ipv4 else (0x01, 0, 0, 0),  # X: where ICMP begins, RFC 791
        (0x50, 0, 0, 0),  # A = type
        *((0x15, keep_at - at - 1, 0, one) for at, one in enumerate(errors, 2)),
        (0x15, 0, 2, reply),
        (0x48, 0, 0, 4),  # A = identifier
        (0x15, 1, 0, echo_id),
        (0x06, 0, 0, 0),  # drop
        (0x06, 0, 0, 0xFFFF),  # keep
    ]
    code = b"".join(struct.pack("HBBI", *one) for one in program)
    buffer = ctypes.create_string_buffer(code)
    head = struct.pack("HP", len(program), ctypes.addressof(buffer))
    with suppress(OSError, AttributeError):  # without it all is heard, as before
        sock._sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, head)  # noqa: SLF001 - icmplib's


class _Series:
    """Echo requests to one address and what came back."""

    def __init__(self, address: Address, is_enough: Callable[[], bool]) -> None:
        self._is_enough = is_enough
        self.is_limited = False
        self._address = str(address)
        self._is_ipv4 = address.version == _IPV4
        self._id = secrets.randbelow(0xFFFF) + 1
        self._sent_at: dict[int, float] = {}
        self.rtts: dict[int, float] = {}
        self._refusals: list[tuple[Failure, str]] = []

    @property
    def sent(self) -> int:
        return len(self._sent_at)

    @property
    def failure(self) -> Failure | None:
        if self.rtts:
            return None
        return self._refusals[0][0] if self._refusals else Failure.PING_SILENT

    @property
    def detail(self) -> str:
        if self.rtts:
            return ""
        return self._refusals[0][1] if self._refusals else "no reply"

    @property
    def _is_settled(self) -> bool:
        return len(self.rtts) + len(self._refusals) >= self.sent

    def run(self, sock: Socket, deadline: Deadline) -> None:
        if sock.is_privileged:
            hear_only(sock, self._id, is_ipv4=self._is_ipv4)
        self._send_up_to(FEW, sock, deadline)
        if self._is_fast:
            self._send_up_to(SOME, sock, deadline)
        elif not self.rtts and not self._refusals:
            self._send_up_to(NONE_YET, sock, deadline)
        if 0 < len(self.rtts) < self.sent and not self._is_counted(sock, deadline):
            self._send_up_to(MANY, sock, deadline)
            self._is_counted(sock, deadline)

    def _is_counted(self, sock: Socket, deadline: Deadline) -> bool:
        """Tell a limit on echo replies from loss; the slow ones don't count as sent otherwise."""
        if not self._looks_counted:
            return False
        before, got = self.sent, len(self.rtts)
        for _ in range(_SLOW_ONES):
            self._listen(sock, deadline.within(_LIMIT_S), stop_early=False)
            self._send(sock)
        self._listen(sock, deadline.within(LAST_WAIT_S))
        self.is_limited = len(self.rtts) - got >= self.sent - before
        return self.is_limited

    @property
    def _looks_counted(self) -> bool:
        """Whether the first ones came and no other, or one at an even distance of many lost."""
        lost = [number for number in self._sent_at if number not in self.rtts]
        if not lost:
            return False
        late = [number for number in sorted(self.rtts) if number > lost[0]]
        if not late:
            return lost[0] > _BURST
        gaps = [after - before for before, after in itertools.pairwise(late)]
        return bool(gaps) and min(gaps) > 1 and max(gaps) - min(gaps) <= 1

    @property
    def _is_fast(self) -> bool:
        return bool(self.rtts) and statistics.median(self.rtts.values()) < FAST_S

    def _send_up_to(self, count: int, sock: Socket, deadline: Deadline) -> None:
        while self.sent < count and deadline.left_s > 0:
            self._send(sock)
            spacing_s = SPACING_S
            if self._is_fast:
                spacing_s = min(CLOSE_SPACING_S, SPACING_S)
            elif not self.rtts:
                spacing_s = min(SPACING_IN_SILENCE_S, SPACING_S)
            if self.sent < count or (count == FEW and self._is_fast):
                self._listen(sock, deadline.within(spacing_s), stop_early=False)
            else:
                self._listen(sock, deadline.within(LAST_WAIT_S))
                self._drain(sock)

    def _send(self, sock: Socket) -> None:
        request = ICMPRequest(self._address, id=self._id, sequence=self.sent + 1, payload=_PAYLOAD)
        sock.send(request)
        self._sent_at[request.sequence] = time.monotonic()
        self._id = request.id  # the kernel chooses it on unprivileged sockets

    def _drain(self, sock: Socket) -> None:
        """Take what is there already: on a busy machine we may be late to look, not the reply."""
        with suppress(TimeoutExceeded, ICMPSocketError):
            for _ in range(_QUEUE):
                self._take(sock.receive(None, timeout=_AT_ONCE_S))

    def _listen(self, sock: Socket, until: Deadline, *, stop_early: bool = True) -> None:
        """Take replies until then; stop early as soon as all are in."""
        while until.left_s > 0 and not (stop_early and self._is_settled):
            try:
                reply = sock.receive(None, timeout=min(until.left_s, _LOOK_UP_S))
            except TimeoutExceeded:
                if stop_early and self._has_waited_enough:
                    return
                continue
            except ICMPSocketError as error:
                self._refusals.append((Failure.PING_SILENT, str(error)))
                return
            self._take(reply)

    @property
    def _has_waited_enough(self) -> bool:
        """Whether nobody waits for anything else, and a reply would have been here by now."""
        quiet_s = time.monotonic() - max(self._sent_at.values())
        return self._is_enough() and quiet_s > max([_SHORT_WAIT_S, *self.rtts.values()])

    def _take(self, reply: ICMPReply) -> None:
        if reply.id != self._id or reply.sequence not in self._sent_at:
            return
        try:
            reply.raise_for_status()
        except ICMPLibError as error:
            self._refusals.append(
                (meaning_of(error, reply.code, self._is_ipv4), f"{reply.source}: {error}")
            )
            return
        if reply.source == self._address:
            self.rtts[reply.sequence] = time.monotonic() - self._sent_at[reply.sequence]


def meaning_of(error: ICMPLibError, code: int, is_ipv4: bool) -> Failure:  # noqa: FBT001 - of two tables
    """Read an ICMP error about an echo request."""
    if isinstance(error, TimeExceeded):
        return Failure.PING_TTL_EXCEEDED
    if not isinstance(error, DestinationUnreachable):
        return Failure.PING_SILENT
    return (_MEANING_V4 if is_ipv4 else _MEANING_V6).get(code, Failure.PING_PROHIBITED)
