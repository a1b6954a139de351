"""The target of a diagnosis: one host in one spelling, and its URLs and ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

import idna

from diagnostics.options import Address

HostKind = Literal["domain", "ipv4", "ipv6"]
Scheme = Literal["http", "https"]
TargetKind = Literal["site", "server", "mail"]  # what is measured of a host

DEFAULT_PORTS: Mapping[Scheme, int] = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Target:
    """
    The host of a diagnosis, in one spelling: A-labels, lower case, no trailing dot.

    `path` keeps the query and never the fragment. `scheme` and `port` are None if the customer
    named none: a browser then tries the usual ones.
    """

    input: str
    kind: HostKind
    host: str
    host_display: str
    scheme: Scheme | None = None
    port: int | None = None
    path: str = "/"

    @property
    def address(self) -> Address | None:
        """The address, if the target is one; None for a name."""
        return None if self.kind == "domain" else ip_address(self.host)


def without_www(target: Target) -> Target:
    """Return the target without "www.": nobody has a mailbox there."""
    host = target.host.removeprefix("www.")
    if host == target.host or "." not in host:
        return target
    return replace(target, host=host, host_display=display_name(host))


def display_name(host: str) -> str:
    """Return a name as its owner writes it (U-labels); unchanged if it can't be decoded."""
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


def as_address(host: str) -> Address | None:
    """Return the address in a text; None if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def port_of(url: str) -> int:
    """Return the port that an http or https URL names or implies."""
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS["https" if parts.scheme == "https" else "http"]


def url_of(scheme: Scheme, host: str, port: int, path: str) -> str:
    """Return a URL as a browser would write it: no default port, IPv6 in brackets."""
    bracketed = f"[{host}]" if ":" in host else host
    is_default = DEFAULT_PORTS[scheme] == port
    return f"{scheme}://{bracketed}{'' if is_default else f':{port}'}{path}"
