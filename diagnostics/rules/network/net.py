"""Rules about the network path to the host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import (
    HttpObservation,
    RouteObservation,
    TlsObservation,
)
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids, is_ipv6
from diagnostics.rules.one_of_several import partial_failure

_UNREACHED = {
    *(Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE),
    *(Failure.TCP_PROHIBITED, Failure.TCP_TTL_EXCEEDED),
}
_NO_ECHO = {
    *(Failure.PING_SILENT, Failure.PING_HOST_UNREACHABLE, Failure.PING_NO_ROUTE),
    *(Failure.PING_PROHIBITED, Failure.PING_TTL_EXCEEDED),
}
# Errors that routers report, and the code they mean for the whole host; the first match counts.
_CODE_BY_ICMP_ERROR: tuple[tuple[str, frozenset[Failure | str]], ...] = (
    ("net.route_loop", frozenset({Failure.PING_TTL_EXCEEDED, Failure.TCP_TTL_EXCEEDED})),
    (
        "net.no_route",
        frozenset({Failure.PING_NO_ROUTE, Failure.TCP_NO_ROUTE, "no_route"})
        | {Failure.PING_PROHIBITED, "prohibited"},
    ),
    (
        "net.host_unreachable",
        frozenset({Failure.PING_HOST_UNREACHABLE, Failure.TCP_HOST_UNREACHABLE})
        | {"host_unreachable"},
    ),
)
# If addresses are unreachable in different ways, the first of these codes is reported.
_PRECEDENCE = ("net.host_unreachable", "net.route_loop", "net.no_route")
_MIN_PAGE_BYTES = 1000  # smaller answers fit into one segment of any size
# Three lost of sixty are the 5 % below; fewer may be chance (docs/decisions/0016).
_MIN_PINGS, _MIN_LOST = 20, 3
_HUNG = {Failure.TLS_SILENT, Failure.HTTP_SILENT, Failure.HTTP_STALLED}
_LOSS_WARNING, _LOSS_CRITICAL = 0.05, 0.5
_HIGH_LATENCY_S = 0.5


def unreachable_code(evidence: Evidence, address: str) -> str | None:
    """
    Return the code that tells how the whole address is unreachable; None if it isn't, or unknown.

    Routers limit their errors to one a second or fewer (RFC 1812, section 4.3.2.8), so one error
    for many packets is enough. A host that itself prohibits a port is up. Silence alone isn't
    enough: without the right to ping, a firewall that drops everything and a host that is down look
    the same.
    """
    contacts = evidence.contacts_at(address)
    if not contacts or evidence.is_alive(address):
        return None
    failures = {contact.failure for contact in contacts}
    if not failures <= _UNREACHED:
        return None
    ping, route = evidence.ping_of(address), evidence.route_to(address)
    if route is not None and route.loops:
        return "net.route_loop"
    signs: set[Failure | str | None] = {*failures, ping.failure if ping else None}
    signs |= {hop.answer for hop in route.hops} if route else set()
    for code, errors in _CODE_BY_ICMP_ERROR:
        if signs & errors:
            return code
    if Failure.TCP_PROHIBITED in failures:
        # A host that prohibits each tried port by its own ICMP error is up behind its firewall.
        is_from_host = any(contact.icmp_source == address for contact in contacts)
        return None if is_from_host else "net.no_route"
    return "net.host_unreachable" if Failure.PING_SILENT in signs else None


@concludes("net.host_unreachable", "net.no_route", "net.route_loop")
def host_is_out_of_reach(evidence: Evidence) -> Iterator[Finding]:
    """
    No address answers a ping or at any port (RFC 1122, section 3.2.2.1).

    Errors of routers on the path tell why: hops that repeat until the TTL runs out are a loop (RFC
    1812, section 5.3.1); "no route" or "prohibited" for the whole host is a closed path (RFC 1812,
    section 5.2.7.1). "Host unreachable", or silence to pings and at all ports, means the host
    itself.
    """
    codes = {
        address: unreachable_code(evidence, address) for address in evidence.contacted_addresses
    }
    if not codes or not any(codes.values()):
        return
    if not all(codes.values()):
        yield from _unreachable_addresses(evidence, codes)
        return
    code = next(code for code in _PRECEDENCE if code in codes.values())
    yield make_finding(
        code,
        evidence.target.host_display,
        (*ids(evidence.pings), *ids(_routes(evidence, codes)), *ids(evidence.contacts)),
        addresses=", ".join(codes),
    )


def _unreachable_addresses(evidence: Evidence, codes: dict[str, str | None]) -> Iterator[Finding]:
    """Yield warnings about unreachable addresses, if another of their family is open."""
    for address, code in codes.items():
        # A whole family that fails is reported by `one_family_fails`.
        works = [a for a, other in codes.items() if not other and is_ipv6(a) is is_ipv6(address)]
        if code and any(_opens(evidence, a) for a in works):
            ping = evidence.ping_of(address)
            yield make_finding(
                code,
                address,
                (*ids([ping] if ping else []), *ids(evidence.contacts_at(address))),
                severity="warning",
                parameters=partial_failure([address], works, connects=False),
                addresses=address,
            )


def _opens(evidence: Evidence, address: str) -> bool:
    return any(contact.failure is None for contact in evidence.contacts_at(address))


def _routes(evidence: Evidence, addresses: Iterable[str]) -> list[RouteObservation]:
    return [route for a in addresses if (route := evidence.route_to(a)) is not None]


@concludes("net.ipv6_broken", "net.ipv4_broken")
def one_family_fails(evidence: Evidence) -> Iterator[Finding]:
    """
    Every address of one family fails while one of the other accepts connections.

    Browsers try both at once and hide it (RFC 8305, section 5); other programs wait.

    A family that our own host has no route to isn't tried, so it can't appear here.
    """
    opened = {c.address for c in evidence.contacts if c.failure is None}
    closed = set(evidence.contacted_addresses) - opened
    for is_v6, code in ((True, "net.ipv6_broken"), (False, "net.ipv4_broken")):
        family = [a for a in evidence.contacted_addresses if is_ipv6(a) is is_v6]
        others_open = [a for a in opened if is_ipv6(a) is not is_v6]
        contacts = [c for c in evidence.contacts if c.address in family]
        # Our own lack of IPv6 would look the same.
        is_ours = any(c.failure is not None and c.failure.is_ours for c in contacts)
        if family and others_open and set(family) <= closed and not is_ours:
            yield make_finding(
                code,
                evidence.target.host_display,
                ids(contacts),
                addresses=", ".join(family),
            )


@concludes("net.mtu_blackhole")
def big_packets_vanish(evidence: Evidence) -> Iterator[Finding]:
    """
    A handshake or page that hangs works with small TCP segments (RFC 2923, section 2.1).

    The path carries smaller packets than both ends assume, and drops the ICMP messages that would
    tell them.
    """
    for small in evidence.small_segment_repeats:
        usual: list[TlsObservation | HttpObservation] = [*evidence.handshakes, *evidence.requests]
        same = [o for o in usual if _is_same(o, small)]
        hung = [o for o in same if o.failure in _HUNG]
        # If large segments came through even once, the path carries them.
        if hung and len(hung) == len(same) and _is_complete(small):
            several = _blackhole_addresses(evidence, small)
            yield make_finding(
                "net.mtu_blackhole",
                evidence.target.host_display,
                (*ids(hung), small.id),
                severity="warning" if several else None,
                parameters=several | ({"variant": "ipv6"} if ":" in (small.address or "") else {}),
                addresses=small.address or "",
            )


def _blackhole_addresses(
    evidence: Evidence, small: TlsObservation | HttpObservation
) -> dict[str, str]:
    """Return the parameters that name this address and those from which whole pages came."""
    pages = [page for page in evidence.requests if page.host == small.host and not page.failure]
    works = [page.address for page in pages if page.address and page.status is not None]
    return partial_failure([small.address] if small.address else [], works)


def _is_same(
    large: TlsObservation | HttpObservation, small: TlsObservation | HttpObservation
) -> bool:
    if (large.probe, large.host, large.address, large.port) != (
        small.probe,
        small.host,
        small.address,
        small.port,
    ):
        return False
    if isinstance(large, HttpObservation) and isinstance(small, HttpObservation):
        return large.url == small.url and not large.by_address
    return True


def _is_complete(small: TlsObservation | HttpObservation) -> bool:
    if isinstance(small, TlsObservation):
        return small.version is not None
    # A page that fits into one small segment proves nothing.
    return small.failure is None and (small.body_size_bytes or 0) >= _MIN_PAGE_BYTES


@concludes("net.packet_loss")
def packets_are_lost(evidence: Evidence) -> Iterator[Finding]:
    """
    At least 3 of 20 or more echo requests to the host itself get no answer (RFC 6673).

    Loss at routers on the path proves nothing, and neither does a host's own limit on replies.
    """
    for ping in evidence.pings:
        ratio = ping.loss_ratio
        if not ping.received or ratio is None or ping.sent < _MIN_PINGS or ping.is_limited:
            continue
        if ratio >= _LOSS_WARNING and ping.sent - ping.received >= _MIN_LOST:
            yield make_finding(
                "net.packet_loss",
                ping.address,
                ids([ping]),
                severity="critical" if ratio >= _LOSS_CRITICAL else "warning",
                percent=round(ratio * 100),
                sent=ping.sent,
            )


@concludes("net.high_latency")
def latency_is_high(evidence: Evidence) -> Iterator[Finding]:
    """The median round trip (RFC 2681) is over half a second."""
    for ping in evidence.pings:
        if ping.rtt_median_s is not None and ping.rtt_median_s > _HIGH_LATENCY_S:
            milliseconds = round(ping.rtt_median_s * 1000)
            yield make_finding(
                "net.high_latency", ping.address, ids([ping]), milliseconds=milliseconds
            )


@concludes("net.icmp_blocked")
def echo_is_blocked(evidence: Evidence) -> Iterator[Finding]:
    """
    No echo reply while a service of the same address answers: the server is up.

    Hosts should answer echo requests (RFC 1122, section 3.2.2.6); many firewalls drop them.
    """
    for ping in evidence.pings:
        is_silent = ping.failure in _NO_ECHO
        opened = [c for c in evidence.contacts_at(ping.address) if c.failure is None]
        if is_silent and opened:
            yield make_finding("net.icmp_blocked", ping.address, (ping.id, *ids(opened[:1])))
