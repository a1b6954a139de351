"""Everything that a diagnosis takes from outside: this library reads no settings of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

from diagnostics.texts import Language

PANELS = ("ispmanager", "fastpanel", "cpanel", "plesk", "hestia", "directadmin")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
RemedyTexts = Mapping[str, Mapping[Language, tuple[str, ...]]]  # by code, by language

# The panel is ISPmanager's.
SERVICE_PORTS: Mapping[str, int] = {"ssh": 22, "ftp": 21, "http": 80, "https": 443, "panel": 1500}

# RFC 5321, RFC 6409 (submission), RFC 8314 (submissions and imaps), RFC 9051, RFC 1939.
MAIL_PORTS: Mapping[str, int] = {
    "smtp": 25,
    "submission": 587,
    "submissions": 465,
    "imaps": 993,
    "imap": 143,
    "pop3": 110,
}

# ISPmanager, cPanel and WHM, DirectAdmin, LiteSpeed, Proxmox, Hestia, Plesk, FASTPANEL, Cockpit,
# Webmin.
PANEL_PORTS = frozenset(
    {1500, 2082, 2083, 2086, 2087, 2222, 7080, 8006, 8083, 8443, 8880, 8888, 9090, 10000}
)
HTTP_PORTS = frozenset({80, 443, 8080, 8000}) | PANEL_PORTS


def _always(_: Address) -> bool:
    return True


@dataclass(frozen=True)
class SentLetter:
    """
    What a letter of the customer's shows: its own headers, and the address that a refusal names.

    `signatures` are domain and selector of each DKIM signature. "" is not known.
    """

    from_domain: str
    envelope_domain: str = ""
    signatures: tuple[tuple[str, str], ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Options:
    """
    What an operator may choose, and what the customer expects.

    `allow_networks` opens addresses that are not globally routable, our own among them;
    `deny_networks` wins over it. `resolvers` are "IP", "IP:port" or "[IPv6]:port"; empty means
    the system's. `ca_file` adds roots to the system's. HTTP is spoken to `http_ports` only; a
    port of `service_ports` is connected to. `extra_pages` are files, or folders of files, that add
    to the stock pages known here (the form of `catalogue/pages`). `rdap_servers` and
    `whois_servers` say by the last label whom to ask about a domain that fails: a base URL, a
    "host" or "host:port"; where none is named, nobody is asked. `controls` are hosts or URLs known
    to work, tried when nothing answers or a page is slow. `remedies` are the steps of a
    panel and the operator's own, as `read_remedies` gives them. With `mail_dialogue` mail servers
    are asked whether they would take a letter, and are told `mail_name` as our name (RFC 5321,
    section 4.1.1.1), our address where that is "". `letter` is one that the domain sent. Keys are
    looked for under `dkim_selectors` as well, and addresses that send mail on `block_lists` (zones,
    RFC 5782). `may_dial` is asked once in a diagnosis before anything goes to an address, whatever
    name led there; it may count, so that no address is asked too often. `deadline_s` ends a
    diagnosis whatever happens.
    """

    allow_networks: tuple[Network, ...] = ()
    deny_networks: tuple[Network, ...] = ()
    resolvers: tuple[str, ...] = ()
    ca_file: Path | None = None
    service_ports: Mapping[str, int] = field(default_factory=lambda: dict(SERVICE_PORTS))
    http_ports: frozenset[int] = HTTP_PORTS
    expect_addresses: tuple[Address, ...] = ()
    extra_pages: tuple[Path, ...] = ()
    rdap_servers: Mapping[str, str] = field(default_factory=dict)
    whois_servers: Mapping[str, str] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    remedies: RemedyTexts = field(default_factory=dict)
    mail_dialogue: bool = True
    mail_name: str = ""
    letter: SentLetter | None = None
    dkim_selectors: tuple[str, ...] = ()
    block_lists: tuple[str, ...] = ()
    # No choice of the operator's: two options that differ in it measure the same.
    may_dial: Callable[[Address], bool] = field(default=_always, repr=False, compare=False)
    # A page takes 20 s at worst (lookup 4.5, connection 3.5, handshake 4, request 8), which is too
    # long to let a customer wait.
    deadline_s: float = 15.0
    user_agent: str = "hosting-intake/0.1 (support diagnostics; asked for by the site's owner)"
