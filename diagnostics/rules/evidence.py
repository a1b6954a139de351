"""Queries over the observations of one target, for rules. Nothing is measured here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar, cast
from urllib.parse import urlsplit

from diagnostics.observations import (
    DnsObservation,
    HttpObservation,
    HttpsRecordObservation,
    IssuerObservation,
    Observation,
    PingObservation,
    RouteObservation,
    TcpObservation,
    TlsObservation,
)
from diagnostics.observations.base import BaseObservation
from diagnostics.options import SERVICE_PORTS, Address
from diagnostics.rules.repeats import effective_requests, find_repeats
from diagnostics.rules.ways import RedirectChain, Way
from diagnostics.targets import (
    DEFAULT_PORTS,
    Scheme,
    Target,
    TargetKind,
    https_only_ending,
    port_of,
)

# A diagnosis follows as many redirects (`diagnostics.plan.redirects`).
_MAX_HOPS = 10
_ABSENT = {404, 410}
ObservationOfKind = TypeVar("ObservationOfKind", bound=BaseObservation)
Conclusion = TypeVar("Conclusion")


@dataclass(frozen=True)
class Evidence:
    """The observations of one target. What wasn't measured is absent, never False."""

    target: Target
    kind: TargetKind
    observations: tuple[Observation, ...]
    expect_addresses: tuple[Address, ...] = ()
    service_ports: Mapping[str, int] = field(default_factory=lambda: dict(SERVICE_PORTS))
    extra_pages: tuple[Path, ...] = ()
    _cache: dict[Hashable, object] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def cached(self, key: Hashable, conclude: Callable[[], Conclusion]) -> Conclusion:
        """Return the result of `conclude`, called once per key; it may depend on nothing else."""
        if key not in self._cache:
            self._cache[key] = conclude()
        return cast("Conclusion", self._cache[key])

    def all_of(self, kind: type[ObservationOfKind]) -> tuple[ObservationOfKind, ...]:
        """Return the observations of one kind, in the order in which they were made."""
        return tuple(o for o in self.observations if isinstance(o, kind))

    # Names

    @cached_property
    def lookups(self) -> tuple[DnsObservation, ...]:
        """DNS lookups of the target's own name."""
        return tuple(o for o in self.all_of(DnsObservation) if o.name == self.target.host)

    def lookups_of(self, host: str) -> tuple[DnsObservation, ...]:
        """Return the DNS lookups of any name, such as one that a redirect led to."""
        return tuple(o for o in self.all_of(DnsObservation) if o.name == host)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """The target's addresses; of a target that is an address, that one."""
        if self.target.address is not None:
            return (self.target.host,)
        return tuple(record for lookup in self.lookups for record in lookup.records)

    # Addresses and ports

    @cached_property
    def pings(self) -> tuple[PingObservation, ...]:
        """Pings of the target's addresses."""
        return self.all_of(PingObservation)

    @cached_property
    def contacts(self) -> tuple[TcpObservation, ...]:
        """TCP connections to the target itself, without those to hosts of redirects and mail."""
        return tuple(
            o
            for o in self.all_of(TcpObservation)
            # Mail has rules of its own: a closed web port is no fault of a mail server.
            if o.host == self.target.host and self.kind != "mail"
        )

    def contacts_of(self, host: str, port: int) -> tuple[TcpObservation, ...]:
        """Return the connections to one host and port; hosts with the same address share them."""
        addresses = {record for lookup in self.lookups_of(host) for record in lookup.records}
        return tuple(
            o
            for o in self.all_of(TcpObservation)
            if o.port == port and (o.host == host or o.address in addresses)
        )

    def contacts_at(self, address: str) -> tuple[TcpObservation, ...]:
        """Return every connection to one address."""
        return tuple(contact for contact in self.contacts if contact.address == address)

    @cached_property
    def contacted_addresses(self) -> tuple[str, ...]:
        """The addresses that were connected to, in order."""
        return tuple(dict.fromkeys(contact.address for contact in self.contacts))

    def ping_of(self, address: str) -> PingObservation | None:
        """Return the ping of one address."""
        return next((ping for ping in self.pings if ping.address == address), None)

    def is_alive(self, address: str) -> bool:
        """Check whether the address answered at all: a ping, a trace of the route, or any port."""
        ping, route = self.ping_of(address), self.route_to(address)
        has_echo = ping is not None and ping.received > 0
        has_end = route is not None and any(hop.answer == "reply" for hop in route.hops)
        has_answer = any(c.host_answered for c in self.contacts_at(address))
        return has_echo or has_end or has_answer

    # Ways, handshakes and pages

    @cached_property
    def handshakes(self) -> tuple[TlsObservation, ...]:
        """TLS handshakes, with hosts of redirects too; without small segments and mail."""
        return tuple(
            o
            for o in self.all_of(TlsObservation)
            if o.segment_bytes is None and not o.is_short and self.kind != "mail"
        )

    @cached_property
    def short_hellos(self) -> tuple[TlsObservation, ...]:
        """Handshakes that were repeated with a ClientHello that fits into one packet."""
        return tuple(o for o in self.all_of(TlsObservation) if o.is_short)

    @cached_property
    def small_segment_repeats(self) -> tuple[TlsObservation | HttpObservation, ...]:
        """Handshakes and requests that were repeated with small TCP segments."""
        return tuple(
            o
            for o in self.observations
            if isinstance(o, TlsObservation | HttpObservation) and o.segment_bytes is not None
        )

    @cached_property
    def issuers(self) -> tuple[IssuerObservation, ...]:
        """The attempts to fetch the issuer of an incomplete certificate chain."""
        return self.all_of(IssuerObservation)

    def route_to(self, address: str) -> RouteObservation | None:
        """Return the traced route to one address; None if it wasn't traced."""
        return next(
            (o for o in self.all_of(RouteObservation) if o.address == address),
            None,
        )

    @cached_property
    def requests(self) -> tuple[HttpObservation, ...]:
        """HTTP requests, each once: with the repeat that a browser would get in its place."""
        usual = [o for o in self.all_of(HttpObservation) if o.segment_bytes is None]
        return effective_requests(usual)

    @cached_property
    def repeated_requests(self) -> tuple[tuple[HttpObservation, HttpObservation], ...]:
        """Requests to which a browser gets another answer, each with the repeat that shows it."""
        return find_repeats(self.all_of(HttpObservation))

    @cached_property
    def https_only_ending(self) -> str | None:
        """The target's top-level domain if browsers never use plain http for it; else None."""
        return https_only_ending(self.target.host) if self.target.kind == "domain" else None

    @cached_property
    def https_records(self) -> tuple[HttpsRecordObservation, ...]:
        """The name's HTTPS records in service mode; with one, browsers don't use plain http."""
        return tuple(record for record in self.all_of(HttpsRecordObservation) if record.is_service)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """The schemes and ports that a browser may try, in its order."""
        target = self.target
        if self.kind != "site":
            return ()
        # If the customer typed "http://", the https port wasn't tried.
        is_tried = any(contact.port == DEFAULT_PORTS["https"] for contact in self.contacts)
        is_upgraded = self.https_only_ending or (self.https_records and is_tried)
        if is_upgraded and target.port in {None, DEFAULT_PORTS["http"]}:
            return (self._way("https", DEFAULT_PORTS["https"]),)
        if target.scheme:
            return (self._way(target.scheme, target.port or DEFAULT_PORTS[target.scheme]),)
        if target.port is not None:
            return (self._way(self._scheme_at(target.port), target.port),)
        is_name = target.kind == "domain"
        # Browsers try https first for a name, http first for an address.
        schemes: tuple[Scheme, ...] = ("https", "http") if is_name else ("http", "https")
        return tuple(self._way(scheme, DEFAULT_PORTS[scheme]) for scheme in schemes)

    def _scheme_at(self, port: int) -> str:
        first = [page for page in self.requests if page.port == port and page.hop == 1]
        return first[0].way if first else "https" if self._has_tls(port) else "http"

    def _has_tls(self, port: int) -> bool:
        return any(o.port == port for o in self.handshakes)

    def _way(self, scheme: str, port: int) -> Way:
        return Way(scheme, port, tuple(c for c in self.contacts if c.port == port))

    @cached_property
    def open_way(self) -> Way | None:
        """The first of `ways` that accepts a connection, which is the one a browser uses."""
        return next((way for way in self.ways if way.opens), None)

    def first_pages(self, way: Way) -> tuple[HttpObservation, ...]:
        """Return the first request of a way at each address."""
        return tuple(
            page
            for page in self.requests
            if page.way == way.scheme and page.hop == 1 and page.port == way.port
        )

    def chain(self, way: Way) -> RedirectChain:
        """Return the chain of redirects of a way; it may go on with a page of another way."""
        pages: list[HttpObservation] = []
        current = next((p for p in self.first_pages(way) if p.status is not None), None)
        while current is not None:
            pages.append(current)
            url = current.next_url
            if url is None:
                return RedirectChain(tuple(pages), "page")
            following = self._page_after(current)
            is_seen = following in pages if following else url in {page.url for page in pages}
            if is_seen or current.hop > _MAX_HOPS:
                return RedirectChain(tuple(pages), "loop", url)
            if following is None:
                return RedirectChain(tuple(pages), "lost", url)
            # A page that refreshes itself to a missing one of its host was shown before: no outage.
            if (
                current.is_refresh
                and following.status in _ABSENT
                and following.host == current.host
            ):
                return RedirectChain(tuple(pages), "page")
            current = following
        return RedirectChain(tuple(pages), "lost", None)

    def _page_after(self, page: HttpObservation) -> HttpObservation | None:
        url = page.next_url
        same_way = [o for o in self.requests if o.way == page.way and o.hop == page.hop + 1]
        # Requests made for comparison (by address, or by name at a server) aren't reached by a
        # browser.
        meeting = [
            o
            for o in self.requests
            if o.hop == 1 and o.url == url and not o.by_address and o.way != "name"
        ]
        return next(iter((*same_way, *meeting)), None)

    @cached_property
    def by_address(self) -> tuple[HttpObservation, ...]:
        """Requests with the address instead of the host name."""
        return tuple(page for page in self.requests if page.by_address)


def split_host_port(url: str) -> tuple[str, int]:
    """Return host and port of a URL; ("", 0) for a Location header that isn't a URL."""
    try:
        return urlsplit(url).hostname or "", port_of(url)
    except ValueError:
        return "", 0


def host_with_port(host: str, port: int) -> str:
    """Return "host:port", with IPv6 in brackets (RFC 3986, section 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_ipv6(address: str) -> bool:
    """Check whether an address is of IPv6."""
    return ip_address(address).version == 6  # noqa: PLR2004


def ids(observations: Iterable[Observation]) -> tuple[str, ...]:
    """Return the ids of observations, for a finding's evidence."""
    return tuple(o.id for o in observations)
