"""
What is measured, and in which order: waves of probes in threads, under one deadline.

One probe asks one address one thing; this is the room that decides on the next one, after the
guard. Names are resolved once; what was resolved is what is dialled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from diagnostics.failures import Failure
from diagnostics.guard import Guard
from diagnostics.observations import (
    DnsObservation,
    HttpObservation,
    TcpObservation,
    TlsObservation,
)
from diagnostics.options import Address, Options
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.probes.dns import probe_dns
from diagnostics.probes.http import probe_http
from diagnostics.probes.ping import probe_ping
from diagnostics.probes.stream import has_route
from diagnostics.probes.tcp import probe_tcp
from diagnostics.probes.tls import probe_tls
from diagnostics.targets import NotATargetError, Scheme, Target, parse_target
from diagnostics.workers import Workers

TargetKind = Literal["site", "server"]

DEFAULT_PORT: dict[Scheme, int] = {"http": 80, "https": 443}
MAX_REDIRECTS = 10
_MAX_ADDRESSES = {4: 4, 6: 2}
_MAX_SERVER_ADDRESSES = 2
_MAX_URL = 2048
_GREETING_SERVICES = {"ssh", "ftp"}
_OTHER_PATH = "/robots.txt"  # usually a file: it answers even where the site's program hangs
_SECOND_LOOK_S = 1.5  # this long without a sound from the web ports, and the others are tried
_IPV6 = 6


class Plan(Workers):
    """
    One diagnosis under way.

    Workers are daemon threads that end by the deadline; `observations` gives None when all
    have ended.
    """

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        self.target, self.kind, self.options = target, kind, options
        super().__init__(Deadline.after(options.deadline_s))
        self._guard = Guard(options)
        self._web_answered = threading.Event()
        self._known: dict[str, list[Address]] = {}

    def start(self) -> None:
        """Begin to measure."""
        run = self._measure_server if self.kind == "server" else self._measure_site
        self._start(self._run_to_the_end, run)

    def _run_to_the_end(self, run: Callable[[list[Address]], None]) -> None:
        try:
            addresses = self._find_addresses(self.target.host)
            if addresses:
                run(addresses)
        finally:
            self.observations.put(None)

    # Names

    def _find_addresses(self, host: str) -> list[Address]:
        """Resolve once; addresses that may and can be dialled from here, IPv4 first."""
        if host not in self._known:
            self._known[host] = self._choose(self._resolve(host))
        return self._known[host]

    def _resolve(self, host: str) -> list[Address]:
        literal = _as_address(host)
        if literal is not None:
            return [] if self._guard.refusal(literal) else [literal]
        suffix = "" if host == self.target.host else f"#{host}"
        both = self._wait([self._start(self._ask, host, kind, suffix) for kind in ("A", "AAAA")])
        is_forbidden = any(observation.forbidden for observation in both)
        for observation in both:
            self._show(observation)
        if is_forbidden:  # one bad record spoils the name: none is dialled
            return []
        return [ip_address(record) for observation in both for record in observation.records]

    def _ask(self, host: str, record_type: Literal["A", "AAAA"], suffix: str) -> DnsObservation:
        observation = probe_dns(
            host,
            record_type,
            resolvers=self.options.resolvers,
            deadline=self.deadline,
            id_suffix=suffix,
        )
        forbidden = tuple(
            record for record in observation.records if self._guard.refusal(ip_address(record))
        )
        return observation.model_copy(update={"forbidden": forbidden})

    def _choose(self, addresses: list[Address]) -> list[Address]:
        """Take a few of each family; IPv6 only where our own host has a way to it."""
        chosen: list[Address] = []
        for version, limit in _MAX_ADDRESSES.items():
            family = [address for address in addresses if address.version == version]
            if (
                version == _IPV6
                and family
                and not has_route(family[0])
                and len(family) < len(addresses)
            ):
                continue
            chosen.extend(family[:limit])
        return chosen

    # A server

    def _measure_server(self, addresses: list[Address]) -> None:
        addresses = addresses[:_MAX_SERVER_ADDRESSES]
        pings = [self._start(self._ping, address) for address in addresses]
        ports = [
            self._start(self._try_service, address, name, port)
            for address in addresses
            for name, port in self._services().items()
        ]
        self._wait(ports)
        self._wait(pings)

    def _services(self) -> dict[str, int]:
        services = dict(self.options.service_ports)
        if self.target.port is not None and self.target.port not in services.values():
            services[f"port-{self.target.port}"] = self.target.port
        return services

    def _ping(self, address: Address) -> None:
        self._show(probe_ping(address, deadline=self.deadline))

    def _try_service(self, address: Address, name: str, port: int) -> TcpObservation | None:
        observation = self._connect(address, port, self.target.host, service=name)
        is_web = name in DEFAULT_PORT
        if self.kind == "server" and is_web and observation and observation.failure is None:
            self._see_who_opens(address, "https" if name == "https" else "http", port)
        return observation

    def _see_who_opens(self, address: Address, scheme: Scheme, port: int) -> None:
        """Ask once by address and once by name: does anything at all answer in HTTP?"""
        if not self._is_first(f"who-opens@{address}"):
            return
        asked = [self._start(self._get_by_address, address, scheme, port)]
        if self.target.kind == "domain":
            url = _url(scheme, self.target.host, port, "/")
            asked.append(self._start(self._get, address, url, f"name@{address}", 1, "name"))
        self._wait(asked)

    def _get_by_address(
        self, address: Address, scheme: Scheme, port: int
    ) -> HttpObservation | None:
        url = _url(scheme, str(address), port, _OTHER_PATH)
        return self._get(address, url, f"{scheme}-by-address@{address}", 1, "address")

    # A site

    def _measure_site(self, addresses: list[Address]) -> None:
        started = [self._start(self._ping, address) for address in addresses]
        started.append(self._start(self._look_for_life, addresses))
        started.extend(
            self._start(self._walk, scheme, port, addresses) for scheme, port in self._ways()
        )
        self._wait(started)

    def _ways(self) -> list[tuple[Scheme | None, int]]:
        """
        The ways a browser may take to this target.

        Without a scheme it tries https and falls back to http; with a port and no scheme,
        what is spoken there decides (the scheme is None here).
        """
        target = self.target
        if target.scheme:
            return [(target.scheme, target.port or DEFAULT_PORT[target.scheme])]
        if target.port is None:
            return [("https", 443), ("http", 80)]
        known: dict[int, Scheme] = {80: "http", 443: "https"}
        return [(known.get(target.port), target.port)]

    def _walk(self, scheme: Scheme | None, port: int, addresses: list[Address]) -> None:
        """Try one way at every address, then follow the redirects of the first that answers."""
        first = self._wait(
            [self._start(self._open_page, scheme, port, address) for address in addresses]
        )
        for page in first:
            if page is not None and page.status is not None:
                self._follow(page)
                return

    def _open_page(
        self, scheme: Scheme | None, port: int, address: Address
    ) -> HttpObservation | None:
        host = self.target.host
        contact = self._connect(address, port, host, service=self._service_of(port))
        if contact is None or contact.failure is not None:
            if contact is not None and contact.failure is not Failure.TCP_SILENT:
                self._web_answered.set()
            return None
        self._web_answered.set()
        if not self._guard.may_speak_http(port):
            return None
        tls = self._shake_hands(address, port, host) if scheme != "http" else None
        if scheme is None and tls is not None:
            scheme = "http" if tls.failure is Failure.TLS_PLAIN_TEXT else "https"
        if scheme is None or (tls is not None and not tls.version):
            return None
        asked = self._start(self._ask_by_address_too, address, scheme, port)
        url = _url(scheme, host, port, self.target.path)
        page = self._get(address, url, f"{scheme}-1@{address}", 1, scheme)
        self._wait([asked])
        return page

    def _service_of(self, port: int) -> str | None:
        return next((name for name, own in self.options.service_ports.items() if own == port), None)

    def _ask_by_address_too(self, address: Address, scheme: Scheme, port: int) -> None:
        """Ask for another name and path; one way and one address are enough."""
        if self._is_first("by-address"):
            self._get_by_address(address, scheme, port)

    def _look_for_life(self, addresses: list[Address]) -> None:
        """Try the other services when the web ports are silent: is the host there at all?"""
        if self._web_answered.wait(min(_SECOND_LOOK_S, self.deadline.left_s)):
            return
        asked = {port for _, port in self._ways()}
        self._wait(
            [
                self._start(self._try_service, address, name, port)
                for address in addresses[:_MAX_SERVER_ADDRESSES]
                for name, port in self.options.service_ports.items()
                if port not in asked
            ]
        )

    # Redirects

    def _follow(self, page: HttpObservation) -> None:
        """Follow hop by hop; each is judged anew, resolved once and pinned."""
        visited = {page.url}
        starts = {
            _url(scheme, self.target.host, port, self.target.path)
            for scheme, port in self._ways()
            if scheme
        }
        current: HttpObservation | None = page
        while current is not None and current.next_url and not self._is_over:
            url = current.next_url
            if url in visited or url in starts or current.hop > MAX_REDIRECTS:
                return
            visited.add(url)
            current = self._hop(url, current)

    def _hop(self, url: str, before: HttpObservation) -> HttpObservation | None:
        hop, way = before.hop + 1, before.way
        target, refusal = self._read_hop(url)
        if target is None:
            self._show(_not_followed(url, hop, way, refusal))
            return None
        scheme = target.scheme or "http"
        port = target.port or DEFAULT_PORT[scheme]
        address = self._reach(target.host, port, prefer=before.address)
        if address is None:
            return None
        tls = self._shake_hands(address, port, target.host) if scheme == "https" else None
        if tls is not None and not tls.version:
            return None
        url = _url(scheme, target.host, port, target.path)
        return self._get(address, url, f"{way}-{hop}@{address}", hop, way)

    def _read_hop(self, url: str) -> tuple[Target | None, str]:
        """Judge where a redirect leads; with no target, the reason why it is not followed."""
        if len(url) > _MAX_URL:
            return None, "too_long"
        try:
            target, is_mended = parse_target(url)
        except NotATargetError as error:
            return None, error.reason
        if is_mended or target.scheme is None:
            return None, "other_scheme"
        if target.port is not None and not self._guard.may_speak_http(target.port):
            return None, "port_not_probed"
        if target.address is not None and (refusal := self._guard.refusal(target.address)):
            return None, refusal.value
        return target, ""

    def _reach(self, host: str, port: int, *, prefer: str | None) -> Address | None:
        """Give the first address of the host that takes a connection, as a browser would."""
        addresses = sorted(self._find_addresses(host), key=lambda address: str(address) != prefer)
        for address in addresses:
            contact = self._connect(address, port, host)
            if contact is None or contact.failure is None:
                return address
        return None

    # Probes, each at most once for one place

    def _connect(
        self, address: Address, port: int, host: str, *, service: str | None = None
    ) -> TcpObservation | None:
        """Give None when it was tried before."""
        key = f"tcp-{port}@{address}"
        if self._is_over or not self._guard.may_connect(port) or not self._is_first(key):
            return None
        return self._show(
            probe_tcp(
                address,
                port,
                host=host,
                deadline=self.deadline,
                service=service,
                wants_greeting=service in _GREETING_SERVICES,
            )
        )

    def _shake_hands(self, address: Address, port: int, host: str) -> TlsObservation | None:
        key = f"tls-{port}@{address}" + ("" if host == self.target.host else f"#{host}")
        if self._is_over or not self._is_first(key):
            return None
        observation = probe_tls(
            address,
            port,
            host=host,
            server_name=None if _as_address(host) else host,
            ca_file=self.options.ca_file,
            deadline=self.deadline,
        )
        return self._show(observation.model_copy(update={"id": key}))

    def _get(
        self, address: Address, url: str, observation_id: str, hop: int, way: str
    ) -> HttpObservation | None:
        if self._is_over or not self._guard.may_speak_http(_port_of(url)):
            return None
        return self._show(
            probe_http(
                address,
                url,
                observation_id=observation_id,
                user_agent=self.options.user_agent,
                deadline=self.deadline,
                hop=hop,
                way=way,
                by_address=way == "address",
            )
        )


def _port_of(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _as_address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _url(scheme: str, host: str, port: int, path: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    is_default = {"http": 80, "https": 443}[scheme] == port
    return f"{scheme}://{shown}{'' if is_default else f':{port}'}{path}"


def _not_followed(url: str, hop: int, way: str, refusal: str) -> HttpObservation:
    watch = Stopwatch()
    return HttpObservation(
        id=f"{way}-{hop}@nowhere",
        started_at=watch.started_at,
        duration_s=0.0,
        failure=Failure.TARGET_FORBIDDEN,
        failure_detail=refusal,
        address=None,
        url=url,
        host="",
        port=0,
        hop=hop,
        way=way,
    )
