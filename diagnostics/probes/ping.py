"""The ping probe: echo requests by icmplib's sockets, raw, else unprivileged, else not at all."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    TimeoutExceeded,
)

from diagnostics.failures import Failure
from diagnostics.observations import PingObservation
from diagnostics.options import Address
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.probes.stream import has_route
from diagnostics.texts import visible

SPACING_S = 0.2
FEW, MANY = 5, 25  # requests; many only when some of the few were lost
LAST_WAIT_S = 1.0
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


def probe_ping(address: Address, *, deadline: Deadline) -> PingObservation:
    """
    Send a few echo requests (RFC 792, RFC 4443), and more when some were lost.

    icmplib's own `ping` turns "host unreachable" into plain loss and a packet that never left
    into no loss at all, so its sockets are used and every reply's status is read here.
    """
    watch = Stopwatch()
    series = _Series(address)
    failure: Failure | None = None
    detail = ""
    try:
        if not has_route(address):
            failure, detail = Failure.VANTAGE_NO_ROUTE, "no route from here"
        else:
            with _open(address) as sock:
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
        rtt_median_s=round(statistics.median(rtts), 6) if rtts else None,
        rtt_max_s=round(max(rtts), 6) if rtts else None,
    )


@contextmanager
def _open(address: Address) -> Iterator[Socket]:
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


class _Series:
    """Echo requests to one address and what came back."""

    def __init__(self, address: Address) -> None:
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
        self._send_up_to(FEW, sock, deadline)
        if 0 < len(self.rtts) < self.sent:
            self._send_up_to(MANY, sock, deadline)

    def _send_up_to(self, count: int, sock: Socket, deadline: Deadline) -> None:
        while self.sent < count and deadline.left_s > 0:
            self._send(sock)
            is_last = self.sent == count
            self._listen(sock, deadline.within(LAST_WAIT_S if is_last else SPACING_S))

    def _send(self, sock: Socket) -> None:
        request = ICMPRequest(self._address, id=self._id, sequence=self.sent + 1)
        sock.send(request)
        self._sent_at[request.sequence] = time.monotonic()
        self._id = request.id  # the kernel chooses it on unprivileged sockets

    def _listen(self, sock: Socket, until: Deadline) -> None:
        """Take replies until then; while the last one is awaited, stop as soon as all are in."""
        is_last = until.left_s > SPACING_S
        while until.left_s > 0 and not (is_last and self._is_settled):
            try:
                reply = sock.receive(None, timeout=until.left_s)
            except TimeoutExceeded:
                return
            except ICMPSocketError as error:
                self._refusals.append((Failure.PING_SILENT, str(error)))
                return
            self._take(reply)

    def _take(self, reply: ICMPReply) -> None:
        if reply.id != self._id or reply.sequence not in self._sent_at:
            return
        try:
            reply.raise_for_status()
        except ICMPLibError as error:
            self._refusals.append(
                (_meaning(error, reply.code, self._is_ipv4), f"{reply.source}: {error}")
            )
            return
        if reply.source == self._address:
            self.rtts[reply.sequence] = time.monotonic() - self._sent_at[reply.sequence]


def _meaning(error: ICMPLibError, code: int, is_ipv4: bool) -> Failure:  # noqa: FBT001 - of two tables
    if not isinstance(error, DestinationUnreachable):
        return Failure.PING_SILENT
    return (_MEANING_V4 if is_ipv4 else _MEANING_V6).get(code, Failure.PING_PROHIBITED)
