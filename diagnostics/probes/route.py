"""The route probe: echo requests with every TTL at once, and which router answers which."""

from __future__ import annotations

import secrets
from typing import Literal

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
from diagnostics.observations import Hop, RouteObservation
from diagnostics.options import Address
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.probes.ping import meaning_of
from diagnostics.probes.stream import has_route
from diagnostics.texts import visible

MAX_TTL = 30
ROUTE_S = 2.0
_QUIET_S = 0.7  # nothing more for so long after the first answers, and nothing more comes
_IPV4 = 4
_ANSWERS: dict[Failure, Literal["host_unreachable", "no_route", "prohibited"]] = {
    Failure.PING_HOST_UNREACHABLE: "host_unreachable",
    Failure.PING_NO_ROUTE: "no_route",
    Failure.PING_PROHIBITED: "prohibited",
}


def probe_route(address: Address, *, deadline: Deadline) -> RouteObservation:
    """
    See the way to an address (RFC 792, RFC 1812, section 5.3.1; RFC 4443, section 3.3).

    Every TTL is sent at once, so the way takes no longer than its slowest router, at most two
    seconds. Only raw sockets hear routers: without the right to them nothing is known. Routers
    limit their answers, so gaps mean nothing.
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
    except SocketPermissionError:
        failure, detail = Failure.VANTAGE_NOT_PERMITTED, "a trace needs the right to raw sockets"
    except ICMPLibError as error:
        failure, detail = Failure.VANTAGE_NOT_PERMITTED, str(error)
    return RouteObservation(
        id=f"route@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        failure=failure,
        failure_detail=visible(detail),
        address=str(address),
        hops=tuple(hops[ttl] for ttl in sorted(hops)),
        max_ttl=MAX_TTL,
    )


def _trace(address: Address, deadline: Deadline) -> dict[int, Hop]:
    socket_class = ICMPv4Socket if address.version == _IPV4 else ICMPv6Socket
    sock = socket_class(privileged=True)
    own = secrets.randbelow(0xFFFF) + 1
    hops: dict[int, Hop] = {}
    try:
        for ttl in range(1, MAX_TTL + 1):
            sock.send(ICMPRequest(str(address), id=own, sequence=ttl, ttl=ttl))
        while deadline.left_s > 0 and len(hops) < MAX_TTL:
            try:
                wait_s = min(deadline.left_s, _QUIET_S if hops else deadline.left_s)
                reply = sock.receive(None, timeout=wait_s)
            except (TimeoutExceeded, ICMPSocketError):
                break
            if reply.id == own and 1 <= reply.sequence <= MAX_TTL:
                hop = _hop(reply, address)
                hops.setdefault(hop.ttl, hop)
    finally:
        sock.close()
    return hops


def _hop(reply: ICMPReply, address: Address) -> Hop:
    answer: Literal["expired", "reply", "host_unreachable", "no_route", "prohibited"] = "reply"
    try:
        reply.raise_for_status()
    except TimeExceeded:
        answer = "expired"
    except DestinationUnreachable as error:
        meaning = meaning_of(error, reply.code, address.version == _IPV4)
        answer = _ANSWERS.get(meaning, "prohibited")
    except ICMPLibError:
        answer = "prohibited"
    return Hop(ttl=reply.sequence, address=reply.source, answer=answer)
