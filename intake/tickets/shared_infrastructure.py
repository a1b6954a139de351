"""
What a ticket's cause may share with other tickets: an address, a network or name servers.

Stored beside the ticket under a kind of `ticket_keys`, so that the tickets of one outage are found
by an index, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Final, Literal

from sqlalchemy import Connection, delete, insert

from intake import database as db
from intake.tickets.diagnosis import addresses_of
from intake.tickets.ticket import Ticket

SharedKind = Literal["address", "network", "dns"]
# Narrowest first: an outage explained by one address needn't be explained by its network.
SHARED_KINDS: Final[tuple[SharedKind, ...]] = ("address", "dns", "network")
FOLLOWS: Final = "incident"  # the kind of a ticket that only waits for an incident's end
_MAX_PER_KIND: Final = 12  # of a kind; a name with more addresses is no single machine
_NETWORK_BITS: Final = {4: 24, 6: 48}  # what one rack or one small host has
_NO_FAULT_PREFIX: Final = "ok."

_key = db.ticket_keys.c


def shared_infrastructure(ticket: Ticket) -> Iterator[tuple[SharedKind, str]]:
    """
    Yield the kind and the stored value of each shared resource; nothing where no fault was
    measured.
    """
    if ticket.verdict is None or ticket.verdict.code.startswith(_NO_FAULT_PREFIX):
        return
    code, addresses = ticket.verdict.code, addresses_of(ticket)[:_MAX_PER_KIND]
    networks = dict.fromkeys(map(_network, addresses))
    servers = dict.fromkeys(_name_servers(ticket))
    for kind, resources in (("address", addresses), ("network", networks), ("dns", servers)):
        for resource in list(resources)[:_MAX_PER_KIND]:
            yield kind, shared_value(code, resource)  # type: ignore[misc]


def shared_value(code: str, resource: str) -> str:
    """Return the stored value of a cause on a resource."""
    return f"{code} {resource}"


def replace_shared_infrastructure(connection: Connection, ticket: Ticket) -> None:
    """Replace the rows that were stored for a ticket before its cause was known."""
    connection.execute(
        delete(db.ticket_keys).where(
            _key.reference == ticket.reference, _key.kind.in_((*SHARED_KINDS, FOLLOWS))
        )
    )
    follows = [(FOLLOWS, ticket.follows)] if ticket.follows else []
    rows = [
        {"reference": ticket.reference, "kind": kind, "value": value}
        for kind, value in sorted({*shared_infrastructure(ticket), *follows})
        if len(value) <= 255  # noqa: PLR2004 - the column's
    ]
    if rows:
        connection.execute(insert(db.ticket_keys), rows)


def _network(address: str) -> str:
    """Return the network that contains an address: /24 for IPv4, /48 for IPv6."""
    bits = _NETWORK_BITS[ip_address(address).version]
    return str(ip_network(f"{address}/{bits}", strict=False))


def _name_servers(ticket: Ticket) -> Iterator[str]:
    """Yield the servers that a zone of the ticket is delegated to, where a check saw them."""
    for diagnosis in ticket.diagnoses:
        for observation in (diagnosis.report or {}).get("observations") or ():
            if isinstance(observation, dict) and observation.get("probe") == "delegation":
                yield from (
                    str(name).casefold().rstrip(".") for name in observation.get("servers") or ()
                )
