"""The route probe: echo requests with every TTL at once, to see which routers answer."""

from __future__ import annotations

from typing import Literal

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.icmp_socket import EchoReply, EchoSocket
from diagnostics.net.tcp_connect import has_route
from diagnostics.observations import Hop, RouteObservation
from diagnostics.options import Address
from diagnostics.texts import escape_hidden

MAX_TTL = 30
ROUTE_S = 2.0
_QUIET_S = 0.7  # after so long without another answer, no more are expected
_HopAnswer = Literal["expired", "reply", "host_unreachable", "no_route", "prohibited"]
_ANSWERS: dict[Failure | None, _HopAnswer] = {
    None: "reply",
    Failure.PING_TTL_EXCEEDED: "expired",
    Failure.PING_HOST_UNREACHABLE: "host_unreachable",
    Failure.PING_NO_ROUTE: "no_route",
    Failure.PING_PROHIBITED: "prohibited",
}


def probe_route(address: Address, *, deadline: Deadline) -> RouteObservation:
    """
    Trace the route to an address (RFC 792, RFC 1812, section 5.3.1; RFC 4443, section 3.3).

    All TTLs are sent at once, so it takes as long as the slowest router, at most two seconds. Only
    raw sockets receive routers' errors; without the right to use them, nothing is known. Routers
    limit their answers, so missing hops mean nothing.
    """
    watch = Stopwatch()
    failure: Failure | None = None
    detail = ""
    hops: dict[int, Hop] = {}
    try:
        if has_route(address):
            hops = _trace(address, deadline.within(ROUTE_S))
        else:
            failure, detail = Failure.VANTAGE_NO_ROUTE, "no route from here"
    except BrokenError as error:
        failure, detail = error.failure, error.detail
    return RouteObservation(
        id=f"route@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        failure=failure,
        failure_detail=escape_hidden(detail),
        address=str(address),
        hops=tuple(hops[ttl] for ttl in sorted(hops)),
        max_ttl=MAX_TTL,
    )


def _trace(address: Address, deadline: Deadline) -> dict[int, Hop]:
    hops: dict[int, Hop] = {}
    with EchoSocket(address, needs_routers=True) as sock:
        for ttl in range(1, MAX_TTL + 1):
            # The router's error contains the sequence number, which tells whose TTL ran out.
            sock.send(ttl, ttl)
        while deadline.left_s > 0 and len(hops) < MAX_TTL:
            replies = sock.receive(deadline.within(_QUIET_S) if hops else deadline)
            if not replies:
                break
            for reply in replies:
                if 1 <= reply.sequence <= MAX_TTL:
                    # The first answer counts; a late repeat must not replace the hop.
                    hops.setdefault(reply.sequence, _hop(reply))
    return hops


def _hop(reply: EchoReply) -> Hop:
    answer = _ANSWERS.get(reply.failure, "prohibited")
    return Hop(ttl=reply.sequence, address=reply.source, answer=answer)
