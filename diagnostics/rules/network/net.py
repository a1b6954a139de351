"""Rules about the way to the host."""

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
from diagnostics.rules.one_of_several import at_some_addresses

_UNREACHED = {
    *(Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE),
    *(Failure.TCP_PROHIBITED, Failure.TCP_TTL_EXCEEDED),
}
_NO_ECHO = {
    *(Failure.PING_SILENT, Failure.PING_HOST_UNREACHABLE, Failure.PING_NO_ROUTE),
    *(Failure.PING_PROHIBITED, Failure.PING_TTL_EXCEEDED),
}
# What somebody on the way said, and what it means for the whole host; the first row counts.
_REPORTED_ON_THE_WAY: tuple[tuple[str, frozenset[Failure | str]], ...] = (
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
# Where addresses are lost in different ways: the host itself comes before the way to it.
_LOST_ORDER = ("net.host_unreachable", "net.route_loop", "net.no_route")
_BIG_ENOUGH_BYTES = 1000  # smaller answers fit into one segment of any size
# Three of sixty are the 5 % below; fewer are chance (docs/decisions/0016).
_ENOUGH_PINGS, _ENOUGH_LOST = 20, 3
_HUNG = {Failure.TLS_SILENT, Failure.HTTP_SILENT, Failure.HTTP_STALLED}
_LOSS_WARNING, _LOSS_CRITICAL = 0.05, 0.5
_HIGH_LATENCY_S = 0.5


def lost_as(evidence: Evidence, address: str) -> str | None:
    """
    How an address is out of reach as a whole: a code, or None when it is reached or unknown.

    Routers limit their errors (RFC 1812, section 4.3.2.8), to one a second or fewer: of many
    packets that are turned away one may hear why, so one answer counts. That a host itself
    prohibits a port shows that it is up. Silence alone never says it: without the right to ping,
    a firewall that drops everything and a host that is down look the same.
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
    for code, answers in _REPORTED_ON_THE_WAY:
        if signs & answers:
            return code
    if Failure.TCP_PROHIBITED in failures:
        # A host that prohibits each tried port by its own ICMP error is up behind its firewall.
        is_its_own_word = any(contact.icmp_source == address for contact in contacts)
        return None if is_its_own_word else "net.no_route"
    return "net.host_unreachable" if Failure.PING_SILENT in signs else None


@concludes("net.host_unreachable", "net.no_route", "net.route_loop")
def host_is_out_of_reach(evidence: Evidence) -> Iterator[Finding]:
    """
    No echo and no port answers, at any address (RFC 1122, section 3.2.2.1).

    What the routers on the way answer tells which: hops that come again until the TTL runs out
    are a loop (RFC 1812, section 5.3.1); "no route" or "prohibited" for the whole host is a closed
    way (RFC 1812, section 5.2.7.1); "host unreachable", or an echo and ports that all stay silent,
    is the host itself.
    """
    lost = {address: lost_as(evidence, address) for address in evidence.dialled}
    if not lost or not any(lost.values()):
        return
    if not all(lost.values()):
        yield from _some_are_lost(evidence, lost)
        return
    code = next(code for code in _LOST_ORDER if code in lost.values())
    yield make_finding(
        code,
        evidence.target.host_display,
        (*ids(evidence.pings), *ids(_routes(evidence, lost)), *ids(evidence.contacts)),
        addresses=", ".join(lost),
    )


def _some_are_lost(evidence: Evidence, lost: dict[str, str | None]) -> Iterator[Finding]:
    """One address of a family is dead while another of it answers: some visitors wait."""
    for address, code in lost.items():
        # Within one family: a whole family that fails is `one_family_fails`.
        works = [a for a, other in lost.items() if not other and is_ipv6(a) is is_ipv6(address)]
        if code and any(_opens(evidence, a) for a in works):
            ping = evidence.ping_of(address)
            yield make_finding(
                code,
                address,
                (*ids([ping] if ping else []), *ids(evidence.contacts_at(address))),
                severity="warning",
                parameters=at_some_addresses([address], works, connects=False),
                addresses=address,
            )


def _opens(evidence: Evidence, address: str) -> bool:
    return any(contact.failure is None for contact in evidence.contacts_at(address))


def _routes(evidence: Evidence, addresses: Iterable[str]) -> list[RouteObservation]:
    return [route for a in addresses if (route := evidence.route_to(a)) is not None]


@concludes("net.ipv6_broken", "net.ipv4_broken")
def one_family_fails(evidence: Evidence) -> Iterator[Finding]:
    """
    Every address of one family fails while one of the other takes connections.

    Browsers race both and hide it (RFC 8305, section 5); others wait.

    Addresses that our own host has no way to are not dialled, so they can't appear here.
    """
    opened = {c.address for c in evidence.contacts if c.failure is None}
    closed = set(evidence.dialled) - opened
    for is_six, code in ((True, "net.ipv6_broken"), (False, "net.ipv4_broken")):
        family = [a for a in evidence.dialled if is_ipv6(a) is is_six]
        others_open = [a for a in opened if is_ipv6(a) is not is_six]
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
    What hangs with segments of the usual size comes with small ones (RFC 2923, section 2.1).

    The path carries less than both ends think, and the ICMP messages that would tell are dropped.
    """
    for small in evidence.small:
        usual: list[TlsObservation | HttpObservation] = [*evidence.handshakes, *evidence.requests]
        same = [o for o in usual if _is_same(o, small)]
        hung = [o for o in same if o.failure in _HUNG]
        # Where the usual size went through even once, the path carries it.
        if hung and len(hung) == len(same) and _came(small):
            several = _where_it_vanishes(evidence, small)
            yield make_finding(
                "net.mtu_blackhole",
                evidence.target.host_display,
                (*ids(hung), small.id),
                severity="warning" if several else None,
                parameters=several | ({"variant": "ipv6"} if ":" in (small.address or "") else {}),
                addresses=small.address or "",
            )


def _where_it_vanishes(
    evidence: Evidence, small: TlsObservation | HttpObservation
) -> dict[str, str]:
    """Tell this address from those where whole pages came."""
    pages = [page for page in evidence.requests if page.host == small.host and not page.failure]
    works = [page.address for page in pages if page.address and page.status is not None]
    return at_some_addresses([small.address] if small.address else [], works)


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


def _came(small: TlsObservation | HttpObservation) -> bool:
    if isinstance(small, TlsObservation):
        return small.version is not None
    # A page below one segment would have come either way.
    return small.failure is None and (small.body_size_bytes or 0) >= _BIG_ENOUGH_BYTES


@concludes("net.packet_loss")
def packets_are_lost(evidence: Evidence) -> Iterator[Finding]:
    """
    At least 3 of 20 or more echo requests get no answer from the host itself (RFC 6673).

    Loss at routers on the way would say nothing, and neither do echoes that a host counts out.
    """
    for ping in evidence.pings:
        ratio = ping.loss_ratio
        if not ping.received or ratio is None or ping.sent < _ENOUGH_PINGS or ping.is_limited:
            continue
        if ratio >= _LOSS_WARNING and ping.sent - ping.received >= _ENOUGH_LOST:
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

    Hosts should answer echo requests (RFC 1122, section 3.2.2.6); many firewalls let none in.
    """
    for ping in evidence.pings:
        is_silent = ping.failure in _NO_ECHO
        opened = [c for c in evidence.contacts_at(ping.address) if c.failure is None]
        if is_silent and opened:
            yield make_finding("net.icmp_blocked", ping.address, (ping.id, *ids(opened[:1])))
