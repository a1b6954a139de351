"""Probes of one place, each at most once: a connection, a handshake, a request, an echo."""

from __future__ import annotations

from urllib.parse import urlsplit

from requests.cookies import RequestsCookieJar

from diagnostics.observations import HttpObservation, TcpObservation, TlsObservation
from diagnostics.options import Address
from diagnostics.plan.names import Names, as_address
from diagnostics.probes.http import probe_http
from diagnostics.probes.stream import FRESH, Line
from diagnostics.probes.tcp import open_line, probe_tcp
from diagnostics.probes.tls import probe_tls
from diagnostics.targets import Scheme

DEFAULT_PORT: dict[Scheme, int] = {"http": 80, "https": 443}
OTHER_PATH = "/robots.txt"  # usually a file: it answers even where the site's program hangs
_GREETING_SERVICES = {"ssh", "ftp"}


class Places(Names):
    """Probes; what was tried before gives None."""

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

    def _open_line(
        self, address: Address, port: int, host: str, *, service: str | None = None
    ) -> tuple[TcpObservation | None, Line]:
        """Connect and stay on the line, for TLS or the request; None when it was tried before."""
        key = f"tcp-{port}@{address}"
        if self._is_over or not self._guard.may_connect(port) or not self._is_first(key):
            return None, FRESH
        observation, stream = open_line(
            address, port, host=host, deadline=self.deadline, service=service
        )
        return self._show(observation), Line(stream)

    def _shake_hands(
        self, address: Address, port: int, host: str, line: Line = FRESH
    ) -> tuple[TlsObservation | None, Line]:
        """Shake hands, and stay on the line where that went well."""
        key = f"tls-{port}@{address}" + ("" if host == self.target.host else f"#{host}")
        key += "/small" if line.segment_bytes else ""
        if self._is_over or not self._is_first(key):
            hang_up(line)
            return None, FRESH
        observation, stream = probe_tls(
            address,
            port,
            host=host,
            server_name=None if as_address(host) else host,
            ca_file=self.options.ca_file,
            deadline=self.deadline,
            line=line,
        )
        return self._show(observation.model_copy(update={"id": key})), Line(stream)

    def _get(  # noqa: PLR0913, PLR0917 - what a request needs
        self,
        address: Address,
        url: str,
        observation_id: str,
        hop: int,
        way: str,
        line: Line = FRESH,
        jar: RequestsCookieJar | None = None,
    ) -> HttpObservation | None:
        if self._is_over or not self._guard.may_speak_http(port_of(url)):
            hang_up(line)
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
                line=line,
                jar=jar,
            )
        )

    def _get_by_address(
        self, address: Address, scheme: Scheme, port: int
    ) -> HttpObservation | None:
        url = url_of(scheme, str(address), port, OTHER_PATH)
        return self._get(address, url, f"{scheme}-by-address@{address}", 1, "address")


def hang_up(line: Line) -> None:
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
