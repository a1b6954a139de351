"""The configuration of a diagnosis. This library reads no settings of its own."""

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
    A letter of the customer's: its own headers, and the sending address that a refusal names.

    `signatures` are the domain and selector of each DKIM signature. An unknown value is "".
    """

    from_domain: str
    envelope_domain: str = ""
    signatures: tuple[tuple[str, str], ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Options:
    """
    The operator's choices, and what the customer expects.

    `allow_networks` permits addresses that are not globally routable, our own among them;
    `deny_networks` overrides it. `resolvers` are "IP", "IP:port" or "[IPv6]:port"; empty means
    the system's. `ca_file` adds root certificates to the system's. HTTP is used on `http_ports`
    only; the ports of `service_ports` are connected to. `extra_pages` are files, or folders of
    files, with more page fingerprints (in the form of `catalogue/pages`). `rdap_servers` and
    `whois_servers` map a domain's last label to the server that is asked about a domain that
    fails: a base URL, or "host" or "host:port"; without an entry nobody is asked. `controls` are
    hosts or URLs known to work, tried when nothing answers or a page is slow. `remedies` are the
    steps of a panel and the operator's own, as `read_remedies` returns them. With `mail_dialogue`,
    mail servers are asked whether they would accept a letter; they are told `mail_name` as our
    name (RFC 5321, section 4.1.1.1), or our address if it is "". `letter` is one that the domain
    sent. `dkim_selectors` are further selectors to look for keys under; `block_lists` are zones
    (RFC 5782) in which addresses that send mail are looked up. `may_dial` is called once in a
    diagnosis for each address before anything is sent to it, by whatever name it was found; it may
    count calls to limit how often an address is contacted. `deadline_s` ends a diagnosis in any
    case.
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
    # Excluded from comparison: it doesn't change what is measured.
    may_dial: Callable[[Address], bool] = field(default=_always, repr=False, compare=False)
    # A page takes 20 s at worst (lookup 4.5, connection 3.5, handshake 4, request 8), which is too
    # long to let a customer wait.
    deadline_s: float = 15.0
    user_agent: str = "hosting-intake/0.1 (support diagnostics; asked for by the site's owner)"
