"""
What a ticket's cause may have in common with others: its address, network or name servers.

Kept beside the ticket under a kind of `ticket_keys`, so that tickets of one outage are found by an
index, however many there are.
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
# From the narrowest: what explains an outage by one address needn't be told of its network.
SHARED_KINDS: Final[tuple[SharedKind, ...]] = ("address", "dns", "network")
FOLLOWS: Final = "incident"  # the kind of a ticket that only waits for an incident's end
_MOST: Final = 12  # of a kind; a name with more addresses is no single machine
_NETWORK_BITS: Final = {4: 24, 6: 48}  # what one rack or one small host has
_NO_FAULT: Final = "ok."

_key = db.ticket_keys.c


def shared_things(ticket: Ticket) -> Iterator[tuple[SharedKind, str]]:
    """Each thing with the ticket's cause, as it is kept; nothing where no fault was measured."""
    if ticket.verdict is None or ticket.verdict.code.startswith(_NO_FAULT):
        return
    code, addresses = ticket.verdict.code, addresses_of(ticket)[:_MOST]
    networks = dict.fromkeys(map(_network, addresses))
    servers = dict.fromkeys(_name_servers(ticket))
    for kind, things in (("address", addresses), ("network", networks), ("dns", servers)):
        for thing in list(things)[:_MOST]:
            yield kind, shared_value(code, thing)  # type: ignore[misc]


def shared_value(code: str, thing: str) -> str:
    """A cause on a thing, as it is kept."""
    return f"{code} {thing}"


def write_shared_things(connection: Connection, ticket: Ticket) -> None:
    """Keep them for a ticket, instead of what was kept before its cause was known."""
    connection.execute(
        delete(db.ticket_keys).where(
            _key.reference == ticket.reference, _key.kind.in_((*SHARED_KINDS, FOLLOWS))
        )
    )
    follows = [(FOLLOWS, ticket.follows)] if ticket.follows else []
    rows = [
        {"reference": ticket.reference, "kind": kind, "value": value}
        for kind, value in sorted({*shared_things(ticket), *follows})
        if len(value) <= 255  # noqa: PLR2004 - the column's
    ]
    if rows:
        connection.execute(insert(db.ticket_keys), rows)


def _network(address: str) -> str:
    bits = _NETWORK_BITS[ip_address(address).version]
    return str(ip_network(f"{address}/{bits}", strict=False))


def _name_servers(ticket: Ticket) -> Iterator[str]:
    """The servers that a zone of the ticket is delegated to, where a check saw them."""
    for diagnosis in ticket.diagnoses:
        for seen in (diagnosis.report or {}).get("observations") or ():
            if isinstance(seen, dict) and seen.get("probe") == "delegation":
                yield from (str(name).casefold().rstrip(".") for name in seen.get("servers") or ())
