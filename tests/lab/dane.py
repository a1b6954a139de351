"""
Mail servers with TLSA records: BIND's signed zones, real Postfix.

The names are those of the DNS world, with its validating resolver; each server is an address of
127.95.0.0/24.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from diagnostics import Options
from tests.daemons.certificates import Authority, CertificateFiles
from tests.daemons.postfix import PostfixServer, tls_options
from tests.lab.dns import DnsWorld, Zone
from tests.lab.zones import ZONES

NETWORK = "127.95.0"
SERVERS_ZONE, UNSIGNED_ZONE = "mx-hosts.example", "mx-unsigned.example"
Announce = Callable[[list[bytes]], tuple[str, ...]]


@dataclass(frozen=True)
class DaneServer:
    """
    One listener of Postfix, and the TLSA records of its name.

    `announce` returns them for the certificates that it sends (DER, its own first).
    """

    announce: Announce
    has_tls: bool = True
    is_signed: bool = True


class DaneWorld(DnsWorld):
    """All servers and domains; `domains` lists the mail servers of each domain."""

    def __init__(self, servers: dict[str, DaneServer], domains: dict[str, tuple[str, ...]]) -> None:
        self._servers, self._domains = servers, domains
        self._certificates = Path(tempfile.mkdtemp(prefix="dane-lab-"))
        self._authority = Authority(self._certificates, "Mail Root")
        numbers = enumerate(servers, 1)
        self._addresses = {name: f"{NETWORK}.{number}" for number, name in numbers}
        self._files = {
            name: self._authority.intermediate("Mail Intermediate").issue(self._host(name))
            for name, server in servers.items()
            if server.has_tls
        }
        super().__init__((*ZONES[:2], *self._own_zones()))

    @property
    def options(self) -> Options:
        networks = (*super().options.allow_networks, ip_network(f"{NETWORK}.0/24"))
        return replace(super().options, allow_networks=networks, ca_file=self._authority.file)

    def _host(self, name: str) -> str:
        zone = SERVERS_ZONE if self._servers[name].is_signed else UNSIGNED_ZONE
        return f"{name}.{zone}"

    def _own_zones(self) -> list[Zone]:
        zones = [
            Zone(
                domain,
                "".join(f"@ IN MX 10 {self._host(name)}.\n" for name in names)
                + '@ IN TXT "v=spf1 mx -all"\n_dmarc IN TXT "v=DMARC1; p=none"\n',
                signing="" if domain.startswith("plain") else "good",
            )
            for domain, names in self._domains.items()
        ]
        for zone, is_signed in ((SERVERS_ZONE, True), (UNSIGNED_ZONE, False)):
            own = [name for name in self._servers if self._servers[name].is_signed is is_signed]
            records = "".join(map(self._records, own))
            zones.append(Zone(zone, records, signing="good" if is_signed else ""))
        return zones

    def _records(self, name: str) -> str:
        shown = chain_of(self._files[name]) if name in self._files else []
        announced = self._servers[name].announce(shown)
        lines = (f"_25._tcp.{name} IN TLSA {record}\n" for record in announced)
        return f"{name} IN A {self._addresses[name]}\n" + "".join(lines)

    def _start_web(self) -> None:
        self._stack.callback(shutil.rmtree, self._certificates, ignore_errors=True)
        listeners = {
            address: tls_options(self._files[name]) if name in self._files else {}
            for name, address in self._addresses.items()
        }
        self._stack.enter_context(
            PostfixServer(
                ", ".join(self._domains), listeners, only_25=frozenset(self._addresses.values())
            )
        )


def chain_of(files: CertificateFiles) -> list[bytes]:
    """Return the certificates that a server sends, as DER."""
    sent = x509.load_pem_x509_certificates(files.chain.read_bytes())
    return [certificate.public_bytes(Encoding.DER) for certificate in sent]


def of_key(der: bytes) -> str:
    """Return the hash of a certificate's public key for a TLSA record "3 1 1"."""
    key = x509.load_der_x509_certificate(der).public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
