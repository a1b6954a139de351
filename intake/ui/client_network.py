"""The network that a client's limits are counted for."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

# A customer has at least a /64 (RFC 6177), and so 2 ** 64 addresses to send from.
_CUSTOMERS_PREFIX: Final = 64


def client_network(address: str) -> str:
    """Return an IPv4 address as it is, an IPv6 address by its /64, other text unchanged."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:  # an IPv4 client of a socket that takes both
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, _CUSTOMERS_PREFIX), strict=False))
