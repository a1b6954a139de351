"""
The policy on what may be probed: every address is judged here before any packet.

`ipaddress.is_global` lets NAT64, 6to4, IPv4-compatible and many other addresses through, so the
tables are our own: for IPv4 what is closed, for IPv6 what is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from diagnostics.late_imports import importing
from diagnostics.options import Address, Network, Options


class Refusal(StrEnum):
    """Why an address may not be probed."""

    PRIVATE = "private_address"  # inside somebody's own network: an honest mistake
    LOOPBACK = "loopback_address"  # "this computer": an honest mistake
    RESERVED = "reserved_address"
    OWN = "own_address"
    DENIED = "denied_address"


_CLOSED_IPV4: tuple[tuple[str, Refusal], ...] = (
    ("0.0.0.0/8", Refusal.RESERVED),  # this network, RFC 791
    ("10.0.0.0/8", Refusal.PRIVATE),  # RFC 1918
    ("100.64.0.0/10", Refusal.PRIVATE),  # shared address space of providers, RFC 6598
    ("127.0.0.0/8", Refusal.LOOPBACK),  # RFC 1122
    # Registered like any public address, and routed to the platform's own services inside it.
    ("161.26.0.0/16", Refusal.RESERVED),  # IBM Cloud VPC docs, "Service endpoints"
    ("166.8.0.0/14", Refusal.RESERVED),  # see above: cloud service endpoints
    ("168.63.129.16/32", Refusal.RESERVED),  # Azure docs, "What is IP address 168.63.129.16?"
    ("169.254.0.0/16", Refusal.PRIVATE),  # link-local, RFC 3927
    ("172.16.0.0/12", Refusal.PRIVATE),  # RFC 1918
    ("192.0.0.0/24", Refusal.RESERVED),  # protocol assignments, RFC 6890
    ("192.0.2.0/24", Refusal.RESERVED),  # documentation, RFC 5737
    ("192.88.99.0/24", Refusal.RESERVED),  # 6to4 relays, RFC 7526
    ("192.168.0.0/16", Refusal.PRIVATE),  # RFC 1918
    ("198.18.0.0/15", Refusal.RESERVED),  # benchmarks, RFC 2544
    ("198.51.100.0/24", Refusal.RESERVED),  # documentation, RFC 5737
    ("203.0.113.0/24", Refusal.RESERVED),  # documentation, RFC 5737
    ("224.0.0.0/4", Refusal.RESERVED),  # multicast, RFC 5771
    ("240.0.0.0/4", Refusal.RESERVED),  # future use and broadcast, RFC 1112
)
_OPEN_IPV6 = "2000::/3"  # global unicast, RFC 4291
_CLOSED_IPV6: tuple[tuple[str, Refusal], ...] = (
    ("::1/128", Refusal.LOOPBACK),
    ("fc00::/7", Refusal.PRIVATE),  # unique local, RFC 4193
    ("fe80::/10", Refusal.PRIVATE),  # link-local, RFC 4291
    ("fec0::/10", Refusal.PRIVATE),  # site-local, RFC 3879
    ("2001::/23", Refusal.RESERVED),  # protocol assignments, Teredo among them, RFC 2928
    ("2001:db8::/32", Refusal.RESERVED),  # documentation, RFC 3849
    ("2002::/16", Refusal.RESERVED),  # 6to4, RFC 3056
    ("3fff::/20", Refusal.RESERVED),  # documentation, RFC 9637
)
_CLOSED: tuple[tuple[Network, Refusal], ...] = tuple(
    (ip_network(network), refusal) for network, refusal in (*_CLOSED_IPV4, *_CLOSED_IPV6)
)
_EMBEDDING_LAST_32_BITS: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "::/96",  # IPv4-compatible, RFC 4291
        "::ffff:0:0/96",  # IPv4-mapped, RFC 4291
        "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # local NAT64, RFC 8215
    )
)
# These two lie within ::/96 and carry no IPv4 address.
_UNTYPED = {ip_address("::"), ip_address("::1")}


def own_addresses() -> frozenset[Address]:
    """Return every address of this machine's interfaces, as they are now."""
    with importing:  # reading an address from a text doesn't need it
        import psutil  # noqa: PLC0415

    return frozenset(
        ip_address(entry.address.partition("%")[0])
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family.name in {"AF_INET", "AF_INET6"}
    )


class AddressPolicy:
    """
    Judges addresses and ports for one diagnosis.

    The operator's deny list comes first, then the operator's allow list, then our own addresses,
    then the tables. An address that contains an IPv4 address must pass with both.
    """

    def __init__(self, options: Options) -> None:
        self._options = options

    @cached_property
    def _own(self) -> frozenset[Address]:
        # Computed when the first address is judged: reading a name doesn't need it.
        return own_addresses()

    def refusal(self, address: Address) -> Refusal | None:
        """Return why this address may not be probed; None if it may."""
        for inner in (address, *_embedded(address)):
            refusal = self._refusal_of_address(inner)
            if refusal is not None:
                return refusal
        return None

    def _refusal_of_address(self, address: Address) -> Refusal | None:
        # The order that the class documents: deny, allow, own, tables.
        if _is_within(address, self._options.deny_networks):
            return Refusal.DENIED
        if _is_within(address, self._options.allow_networks):
            return None
        closed = _closed(address)
        # 127.0.0.1 is our own as well, but "this computer" is what the customer meant.
        if closed is not Refusal.LOOPBACK and address in self._own:
            return Refusal.OWN
        return closed

    def may_speak_http(self, port: int) -> bool:
        """Check whether HTTP may be sent to this port."""
        return port in self._options.http_ports

    def may_connect(self, port: int) -> bool:
        """Check whether this port may be connected to, without sending a byte."""
        return self.may_speak_http(port) or port in self._options.service_ports.values()


def _is_within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _closed(address: Address) -> Refusal | None:
    for network, refusal in _CLOSED:
        if address.version == network.version and address in network:
            return refusal
    if isinstance(address, IPv6Address) and address not in ip_network(_OPEN_IPV6):
        return Refusal.RESERVED
    return None


def _embedded(address: Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that an IPv6 address contains, so that each is judged."""
    if not isinstance(address, IPv6Address) or address in _UNTYPED:
        return
    if any(address in network for network in _EMBEDDING_LAST_32_BITS):
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
