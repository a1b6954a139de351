"""Probes of one place, each at most once: a connection, a handshake, a request, an echo."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import (
    HttpObservation,
    Observation,
    TcpObservation,
    TlsObservation,
)
from diagnostics.options import Address, Options
from diagnostics.plan.resolve import Names, TargetKind, as_address
from diagnostics.probes.http import probe_http
from diagnostics.probes.ping import Beside, probe_ping
from diagnostics.probes.tcp import open_line, probe_tcp
from diagnostics.probes.tls import probe_tls
from diagnostics.targets import Scheme, Target

DEFAULT_PORT: dict[Scheme, int] = {"http": 80, "https": 443}
OTHER_PATH = "/robots.txt"  # usually a file: it answers even where the site's program hangs
_GREETING_SERVICES = {"ssh", "ftp"}
_REPEATED_S = 0.9  # by then the first packet was lost: it is sent again after 1 s, RFC 6298
_SIGNS_OF_LIFE = {None, Failure.TCP_REFUSED, Failure.TCP_RESET}
Seen = TypeVar("Seen", bound=Observation)


class Places(Names):
    """Probes; what was tried before gives None."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        super().__init__(target, kind, options)
        self._alive: dict[str, threading.Event] = defaultdict(threading.Event)
        self._repeated: set[str] = set()
        self._nothing_else_to_do = threading.Event()

    def _show(self, observation: Seen) -> Seen:
        if isinstance(observation, TcpObservation) and observation.failure in _SIGNS_OF_LIFE:
            self._alive[observation.address].set()
            if observation.duration_s > _REPEATED_S and observation.greeting is None:
                self._repeated.add(observation.address)
        return super()._show(observation)

    def _is_dark(self, address: Address) -> Callable[[], bool]:
        """Whether nothing was heard of an address, at any time that is asked."""
        alive = self._alive[str(address)]
        return lambda: not alive.is_set()

    def _ping(self, address: Address) -> None:
        alive = self._alive[str(address)]
        beside = Beside(
            is_over=self._nothing_else_to_do.is_set,
            is_alive=alive.is_set,
            is_lossy=lambda: str(address) in self._repeated,
            on_reply=alive.set,
        )
        self._show(probe_ping(address, deadline=self.deadline, beside=beside))

    def _connect(
        self,
        address: Address,
        port: int,
        host: str,
        *,
        service: str | None = None,
        wants_greeting: bool = True,
    ) -> TcpObservation | None:
        """Connect, and hear the greeting of a service that has one; None when tried before."""
        key = f"tcp-{port}@{address}"
        if self._is_over or not self._policy.may_connect(port) or not self._is_first(key):
            return None
        return self._show(
            probe_tcp(
                address,
                port,
                host=host,
                deadline=self.deadline,
                service=service,
                wants_greeting=wants_greeting and service in _GREETING_SERVICES,
                is_dark=self._is_dark(address),
            )
        )

    def _open_line(
        self, address: Address, port: int, host: str, *, service: str | None = None
    ) -> tuple[TcpObservation | None, Connection]:
        """Connect and stay on the line, for TLS or the request; None when it was tried before."""
        key = f"tcp-{port}@{address}"
        if self._is_over or not self._policy.may_connect(port) or not self._is_first(key):
            return None, NEW
        observation, stream = open_line(
            address,
            port,
            host=host,
            deadline=self.deadline,
            service=service,
            is_dark=self._is_dark(address),
        )
        return self._show(observation), Connection(stream)

    def _shake_hands(
        self,
        address: Address,
        port: int,
        host: str,
        line: Connection = NEW,
        *,
        until: Deadline | None = None,
    ) -> tuple[TlsObservation | None, Connection]:
        """Shake hands, and stay on the line where that went well."""
        key = f"tls-{port}@{address}" + ("" if host == self.target.host else f"#{host}")
        key += "/small" if line.segment_bytes else ""
        if self._is_over or not self._is_first(key):
            hang_up(line)
            return None, NEW
        observation, stream = probe_tls(
            address,
            port,
            host=host,
            server_name=None if as_address(host) else host,
            ca_file=self.options.ca_file,
            deadline=until or self.deadline,
            line=line,
        )
        return self._show(observation.model_copy(update={"id": key})), Connection(stream)

    def _get(  # noqa: PLR0913, PLR0917 - what a request needs
        self,
        address: Address,
        url: str,
        observation_id: str,
        hop: int,
        way: str,
        line: Connection = NEW,
        jar: RequestsCookieJar | None = None,
        *,
        until: Deadline | None = None,
    ) -> HttpObservation | None:
        if self._is_over or not self._policy.may_speak_http(port_of(url)):
            hang_up(line)
            return None
        request = self._request(address, url, observation_id, hop, way, line, jar, until=until)
        return self._show(request)

    def _request(  # noqa: PLR0913, PLR0917 - what a request needs
        self,
        address: Address,
        url: str,
        observation_id: str,
        hop: int,
        way: str,
        line: Connection,
        jar: RequestsCookieJar | None = None,
        *,
        until: Deadline | None = None,
    ) -> HttpObservation:
        return probe_http(
            address,
            url,
            observation_id=observation_id,
            user_agent=self.options.user_agent,
            deadline=until or self.deadline,
            hop=hop,
            way=way,
            by_address=way == "address",
            line=line,
            jar=jar,
        )

    def _get_by_address(
        self, address: Address, scheme: Scheme, port: int
    ) -> HttpObservation | None:
        if self._is_over or not self._policy.may_speak_http(port):
            return None
        return self._show(self._request_by_address(address, scheme, port, NEW))

    def _request_by_address(
        self, address: Address, scheme: Scheme, port: int, line: Connection
    ) -> HttpObservation:
        url = url_of(scheme, str(address), port, OTHER_PATH)
        return self._request(address, url, f"{scheme}-by-address@{address}", 1, "address", line)


def hang_up(line: Connection) -> None:
    """Let the connection go."""
    if line.stream is not None:
        line.stream.hang_up()


def port_of(url: str) -> int:
    """Give the port that a URL names or means."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def url_of(scheme: str, host: str, port: int, path: str) -> str:
    """Write a URL as a browser would: no default port, IPv6 in brackets."""
    shown = f"[{host}]" if ":" in host else host
    is_default = {"http": 80, "https": 443}[scheme] == port
    return f"{scheme}://{shown}{'' if is_default else f':{port}'}{path}"
