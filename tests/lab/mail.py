"""
Domains and mail servers with all kinds of faults on loopback: aiosmtpd, scripted servers, BIND.

Each server has an address of 127.93.0.0/24 in the world's own network. A domain's records have
servers' names in braces; a case's target is a domain.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from diagnostics import MAIL_PORTS, Options
from tests.daemons.bind import BindServer
from tests.daemons.certificates import Authority, CertificateFiles
from tests.fakes.hostile_http import Behaviour, HostileServer, greets
from tests.lab.built_world import BuiltWorld
from tests.lab.model import add_addresses, filter_incoming, own_network

Issue = Callable[[Authority], CertificateFiles]
_TLS = {MAIL_PORTS["submissions"]: b"220 ready\r\n", MAIL_PORTS["imaps"]: b"* OK ready\r\n"}


@dataclass(frozen=True)
class MailServer:
    """
    One server: `smtp` ports by aiosmtpd, `speaks` scripted ones, `secure` ports with a certificate.

    `inside` is the behaviour of `secure` ports within TLS, if it isn't the usual one; `rules` are
    nftables rules for its address, without the address. `address` is set if it is outside the
    world's own network. With `is_without_login` port 587 offers none.
    """

    smtp: tuple[int, ...] = ()
    speaks: dict[int, Behaviour] = field(default_factory=dict)
    secure: dict[int, Issue] = field(default_factory=dict)
    inside: dict[int, Behaviour] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    address: str = ""
    is_without_login: bool = False


class MailWorld(BuiltWorld):
    """All domains and servers."""

    def __init__(self, servers: dict[str, MailServer], domains: dict[str, str | None]) -> None:
        super().__init__()
        self._servers, self._domains = servers, domains
        self._folder = Path(tempfile.mkdtemp(prefix="mail-lab-"))
        self.places = {
            name: server.address or f"127.93.0.{number}"
            for number, (name, server) in enumerate(servers.items(), 1)
        }
        self.authority = Authority(self._folder, "Mail Root")
        self.options = Options()

    def _build(self) -> None:
        self._stack.enter_context(own_network())
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        others = [server.address for server in self._servers.values() if server.address]
        add_addresses(*others)
        for name, server in self._servers.items():
            self._start(self.places[name], server)
        filter_incoming(
            (self.places[name], rule)
            for name, server in self._servers.items()
            for rule in server.rules
        )
        zones: dict[str, str | None] = {
            domain: None if records is None else records.format_map(self.places)
            for domain, records in self._domains.items()
        }
        bind = self._stack.enter_context(BindServer(zones))
        self.options = Options(
            allow_networks=tuple(map(ip_network, ("127.93.0.0/24", *others))),
            resolvers=(bind.resolver,),
            ca_file=self.authority.file,
        )

    def _start(self, address: str, server: MailServer) -> None:
        for port in server.smtp:
            logs_in = port == MAIL_PORTS["submission"] and not server.is_without_login
            controller = Controller(
                Sink(),
                hostname=address,
                port=port,
                server_hostname="mx",
                auth_require_tls=not logs_in,
            )
            controller.start()
            self._stack.callback(controller.stop)
        for port, behaviour in server.speaks.items():
            self._stack.enter_context(HostileServer(behaviour, (port,), address))
        for port, issue in server.secure.items():
            speak = server.inside.get(port) or greets(_TLS[port])
            behaviour = _in_tls(issue(self.authority), speak)
            self._stack.enter_context(HostileServer(behaviour, (port,), address))


def _in_tls(files: CertificateFiles, speak: Behaviour) -> Behaviour:
    """Behave within TLS, as ports 465 and 993 do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as secure:
            speak(secure, stopped)

    return behave


def after(seconds: float, speak: Behaviour) -> Behaviour:
    """Delay the greeting, as servers do against spammers."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        if not stopped.wait(seconds):
            speak(connection, stopped)

    return behave


def talks(greeting: bytes = b"220 mx ESMTP\r\n", **replies: str) -> Behaviour:
    """Behave as an SMTP server; `replies` are by command, "250 OK" for all others."""

    def behave(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(greeting)
        with connection.makefile("rb") as lines:
            for line in lines:
                verb = line[:4].decode("ascii", "replace").strip().upper()
                default = "221 bye" if verb == "QUIT" else "250 OK"
                connection.sendall(f"{replies.get(verb, default)}\r\n".encode())
                if verb == "QUIT":
                    return

    return behave


def begins_and_stops(connection: socket.socket, stopped: threading.Event) -> None:
    """Send the first line of a greeting of two lines, and never the second."""
    connection.sendall(b"220-mx ESMTP\r\n")
    stopped.wait(60)


def ends_after(seconds: float) -> Behaviour:
    """Send the second line of a greeting later, as Postfix's postscreen does."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(b"220-mx ESMTP\r\n")
        if not stopped.wait(seconds):
            talks(b"220 ready\r\n")(connection, stopped)

    return behave


def in_pieces(*pieces: bytes) -> Behaviour:
    """Send a greeting in pieces, then behave as an SMTP server."""
    go_on = talks(b"")

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        go_on(connection, stopped)

    return behave
