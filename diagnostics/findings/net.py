"""Rules about the way to the host."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.failures import Failure
from diagnostics.findings.evidence import Evidence, ids, is_ipv6
from diagnostics.findings.model import Finding, finding
from diagnostics.findings.registry import rule

_UNREACHED = {Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE}
_NO_ECHO = {Failure.PING_SILENT, Failure.PING_HOST_UNREACHABLE}
_TURNED_AWAY = {Failure.PING_NO_ROUTE, Failure.PING_PROHIBITED}
_ENOUGH_PINGS, _ENOUGH_LOST = 20, 2
_LOSS_WARNING, _LOSS_CRITICAL = 0.05, 0.5
_HIGH_LATENCY_S = 0.5


def lost_as(evidence: Evidence, address: str) -> str | None:
    """
    How an address is out of reach as a whole: a code, or None when it is reached or unknown.

    Silence alone never says it: without the right to ping, a firewall that drops everything
    and a host that is down look the same.
    """
    contacts = evidence.contacts_at(address)
    if not contacts or evidence.is_alive(address):
        return None
    failures = {contact.failure for contact in contacts}
    ping = evidence.ping_of(address)
    ping_failure = ping.failure if ping else None
    if failures == {Failure.TCP_NO_ROUTE} or (
        ping_failure in _TURNED_AWAY and failures <= _UNREACHED
    ):
        return "net.no_route"
    if failures == {Failure.TCP_HOST_UNREACHABLE}:
        return "net.host_unreachable"
    if ping_failure in _NO_ECHO and failures <= _UNREACHED:
        return "net.host_unreachable"
    return None


@rule
def host_is_out_of_reach(evidence: Evidence) -> Iterator[Finding]:
    """No echo and no port answers, at any address (RFC 1122, section 3.2.2.1)."""
    lost = {address: lost_as(evidence, address) for address in evidence.dialled}
    if not lost or not all(lost.values()):
        return
    code = "net.host_unreachable" if "net.host_unreachable" in lost.values() else "net.no_route"
    yield finding(
        code,
        evidence.target.host_display,
        (*ids(evidence.pings), *ids(evidence.contacts)),
        addresses=", ".join(lost),
    )


@rule
def one_family_fails(evidence: Evidence) -> Iterator[Finding]:
    """
    IPv6 or IPv4 alone is broken. Browsers race both and hide it (RFC 8305); others wait.

    Addresses that our own host has no way to are not dialled, so they can't appear here.
    """
    opened = {c.address for c in evidence.contacts if c.failure is None}
    closed = set(evidence.dialled) - opened
    for is_six, code in ((True, "net.ipv6_broken"), (False, "net.ipv4_broken")):
        family = [a for a in evidence.dialled if is_ipv6(a) is is_six]
        others_open = [a for a in opened if is_ipv6(a) is not is_six]
        contacts = [c for c in evidence.contacts if c.address in family]
        is_ours = any(c.failure is not None and c.failure.is_ours for c in contacts)
        if family and others_open and set(family) <= closed and not is_ours:
            yield finding(
                code,
                evidence.target.host_display,
                ids(contacts),
                addresses=", ".join(family),
            )


@rule
def packets_are_lost(evidence: Evidence) -> Iterator[Finding]:
    """Echo loss at the host itself; loss at routers on the way would say nothing."""
    for ping in evidence.pings:
        ratio = ping.loss_ratio
        if not ping.received or ratio is None or ping.sent < _ENOUGH_PINGS:
            continue
        if ratio >= _LOSS_WARNING and ping.sent - ping.received >= _ENOUGH_LOST:
            yield finding(
                "net.packet_loss",
                ping.address,
                ids([ping]),
                severity="critical" if ratio >= _LOSS_CRITICAL else "warning",
                percent=round(ratio * 100),
                sent=ping.sent,
            )


@rule
def latency_is_high(evidence: Evidence) -> Iterator[Finding]:
    """The median round trip is over half a second."""
    for ping in evidence.pings:
        if ping.rtt_median_s is not None and ping.rtt_median_s > _HIGH_LATENCY_S:
            milliseconds = round(ping.rtt_median_s * 1000)
            yield finding("net.high_latency", ping.address, ids([ping]), milliseconds=milliseconds)


@rule
def echo_is_blocked(evidence: Evidence) -> Iterator[Finding]:
    """No echo reply while a service answers: the server is up (RFC 4890 lets it be)."""
    for ping in evidence.pings:
        is_silent = ping.failure in _NO_ECHO | _TURNED_AWAY
        opened = [c for c in evidence.contacts_at(ping.address) if c.failure is None]
        if is_silent and opened:
            yield finding("net.icmp_blocked", ping.address, (ping.id, *ids(opened[:1])))
