"""
What is measured of a domain's mail: who takes it, what those servers say, who may send it.

Every server that takes mail is asked for its greeting on port 25. The ports that mail programs use
are tried where customers are likely to have set them: at the first such server, and at the
domain's names `mail`, `smtp` and `imap`. No byte is sent but for a TLS handshake, and no letter.
The cost is bounded: 5 servers at 2 addresses each, 5 hosts at 3 ports more, and 24 questions to
our resolver for policies.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import MxObservation
from diagnostics.options import MAIL_PORTS, Address, Options
from diagnostics.plan.connect import hang_up
from diagnostics.plan.follow_up import SecondLooks
from diagnostics.plan.resolve import TargetKind, as_address
from diagnostics.probes.mail import probe_greeting, probe_mx, probe_policy
from diagnostics.probes.tcp import open_line
from diagnostics.spf_dmarc import read_spf
from diagnostics.targets import Target, registered_domain

MAX_DEPTH = 3  # of includes in includes
_MAX_SERVERS = 5
_MAX_ADDRESSES = 2
_MAX_CLIENT_SERVERS = 2
_MAX_INCLUDED = 20
_SECURE = ("submissions", "imaps")


class MailPlan(SecondLooks):
    """A domain by its mail."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        super().__init__(target, kind, options)
        self._included: set[str] = set()

    def _measure_mail(self) -> None:
        host = self.target.host
        if self.target.address is not None:
            self._try_servers([host], [host])
            return
        started: list[Future[Any]] = [
            self._start(self._follow_spf, host, 0),
            self._start(self._find_dmarc, host),
        ]
        self._try_exchangers(self._show(self._ask_mx(host)))
        self._wait(started)

    def _ask_mx(self, host: str) -> MxObservation:
        return probe_mx(host, resolvers=self.options.resolvers, deadline=self.deadline)

    # Servers

    def _try_exchangers(self, mx: MxObservation) -> None:
        """Try the servers in the order of a sender; without any, the domain itself (RFC 5321)."""
        host = self.target.host
        named = [one for one in mx.exchangers if one.host and as_address(one.host) is None]
        servers = [one.host for one in named][:_MAX_SERVERS]
        first = [one.host for one in named if one.preference == named[0].preference]
        if mx.failure is not None:
            servers = first = [host]
        if servers:
            self._try_servers(servers, [*first[:_MAX_CLIENT_SERVERS], *_usual(host)])

    def _try_servers(self, servers: list[str], client: list[str]) -> None:
        counts = {
            one: (_MAX_ADDRESSES if one in servers else 0, 1 if one in client else 0)
            for one in [*servers, *client]
        }
        self._wait([self._start(self._try_one, one, *many) for one, many in counts.items()])

    def _try_one(self, server: str, heard: int, used: int) -> None:
        """Try port 25 at some addresses of a server, and what mail programs use at others."""
        addresses = self._find_addresses(server)
        started: list[Future[Any]] = [
            self._start(self._hear, one, server, "smtp") for one in addresses[:heard]
        ]
        for one in addresses[:used]:
            started.append(self._start(self._hear, one, server, "submission"))
            started += [self._start(self._secure, one, server, service) for service in _SECURE]
        self._wait(started)

    def _hear(self, address: Address, server: str, service: str) -> None:
        """Wait for a greeting, unless another name led here already."""
        port = MAIL_PORTS[service]
        if not self._is_over and self._is_first(f"tcp-{port}@{address}"):
            self._show(
                probe_greeting(address, port, host=server, service=service, deadline=self.deadline)
            )

    def _secure(self, address: Address, server: str, service: str) -> None:
        """Connect and shake hands; each name is told its own certificate."""
        port, line = MAIL_PORTS[service], NEW
        if not self._is_over and self._is_first(f"tcp-{port}@{address}"):
            contact, stream = open_line(
                address, port, host=server, deadline=self.deadline, service=service
            )
            line = Connection(stream)
            if self._show(contact).failure is not None:
                return
        tls, line = self._shake_hands(address, port, server, line)
        hang_up(line)
        if tls is not None:
            self._find_issuer(tls, address)

    # Policies

    def _follow_spf(self, name: str, depth: int) -> None:
        """Read a record, then those that it includes, each name once."""
        with self._lock:
            is_new = name not in self._included and len(self._included) <= _MAX_INCLUDED
            self._included.add(name)
        if self._is_over or not is_new:
            return
        seen = self._show(
            probe_policy(
                "spf",
                name,
                resolvers=self.options.resolvers,
                deadline=self.deadline,
                depth=depth,
            )
        )
        if len(seen.records) == 1 and depth < MAX_DEPTH:
            leads_to = dict.fromkeys(read_spf(seen.records[0]).leads_to)
            self._wait([self._start(self._follow_spf, one, depth + 1) for one in leads_to])

    def _find_dmarc(self, host: str) -> None:
        """Ask at the domain, then at the registered one above it (RFC 7489, section 6.6.3)."""
        for name in dict.fromkeys((host, registered_domain(host))):
            seen = self._show(
                probe_policy(
                    "dmarc",
                    f"_dmarc.{name}",
                    resolvers=self.options.resolvers,
                    deadline=self.deadline,
                )
            )
            if seen.records or self._is_over:
                return


def _usual(domain: str) -> list[str]:
    """Where mail programs are told to look when nobody says otherwise."""
    return [f"{name}.{domain}" for name in ("mail", "smtp", "imap")]
