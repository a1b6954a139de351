"""Find the zones on the way to a name, and the addresses of their name servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field
from ipaddress import ip_address

import dns.message
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline
from diagnostics.net.dns_client import ask_resolver
from diagnostics.net.dns_messages import name_text
from diagnostics.net.tcp_connect import has_route
from diagnostics.options import Address
from diagnostics.plan.run import Run

# Waits for all answers, and for the first one. Lookups that still hang are below a broken
# delegation.
_CUTS_S = 0.4
_NO_CUTS_S = 1.5
_MAX_SUFFIXES = 6
_MAX_ADDRESSES = 2
_IPV6 = 6


@dataclass(frozen=True)
class ZoneCuts:
    """
    The zones on the way to a name with their servers, from the top, according to our resolver.

    `is_cut_off` tells that the resolver fails below the deepest of them.
    """

    zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_cut_off: bool = False


def find_zone_cuts(
    run: Run, name: str, deadline: Deadline, *, name_works: bool = False
) -> ZoneCuts:
    """
    Ask our resolver for the name servers of every suffix of the name at once.

    If the name works, the root zone is left out, because the top-level domain exists. DNSSEC
    checking is disabled, so that a bad signature hides no server. Lookups that hang are below a
    broken delegation, and aren't waited for once the others have answered.
    """
    labels = name.split(".")
    suffixes = ["", *(".".join(labels[at:]) for at in reversed(range(len(labels))))]
    suffixes = suffixes[1 if name_works and len(labels) > 1 else 0 : _MAX_SUFFIXES + 1]
    questions = [run.spawn(_ask_ns, run, suffix, deadline) for suffix in suffixes]
    if not wait(questions, timeout=deadline.within(_CUTS_S).left_s).done:
        wait(questions, timeout=deadline.within(_NO_CUTS_S).left_s, return_when=FIRST_COMPLETED)
    cuts = ZoneCuts()
    for suffix, future in zip(suffixes, questions, strict=True):
        message = future.result() if future.done() and future.exception() is None else None
        servers = servers_in(message, suffix)
        if servers:
            cuts = ZoneCuts(cuts.zones | {suffix: servers})
        elif message is None or message.rcode() == dns.rcode.SERVFAIL:
            cuts = ZoneCuts(cuts.zones, is_cut_off=True)
    return cuts


def _ask_ns(run: Run, zone: str, deadline: Deadline) -> dns.message.Message | None:
    return ask_resolver(
        zone, "NS", resolvers=run.options.resolvers, deadline=deadline, checking_disabled=True
    )


def server_addresses(
    run: Run, server: str, glue: Mapping[str, tuple[str, ...]], deadline: Deadline
) -> tuple[list[Address], Failure | None]:
    """
    Return a name server's permitted addresses, one of each family, or [] and the reason.

    Addresses from the parent zone (glue) are preferred, because resolvers use them.
    """
    records: Iterable[str] = glue.get(server, ())
    is_certain = True
    if not records:
        records, is_certain = _resolve_server(run, server, deadline)
    addresses = [ip_address(record) for record in records]
    if not addresses:
        return [], Failure.DNS_SERVER_MISSING if is_certain else Failure.RESOLVER_SILENT
    allowed = [address for address in addresses if run.policy.refusal(address) is None]
    if not allowed:
        return [], Failure.TARGET_FORBIDDEN
    reachable = [address for address in allowed if address.version != _IPV6 or has_route(address)]
    if not reachable:
        return [], Failure.VANTAGE_NO_ROUTE
    if not (reachable := [address for address in reachable if run.may_dial(address)]):
        return [], Failure.VANTAGE_BUSY
    # Reversed, so that the first address of each family is the one that stays.
    families = {address.version: address for address in reversed(reachable)}
    return [families[version] for version in sorted(families)][:_MAX_ADDRESSES], None


def _resolve_server(run: Run, server: str, deadline: Deadline) -> tuple[list[str], bool]:
    """Resolve a name server's name; return its addresses, and whether the result is certain."""
    is_certain = True
    # A third query distinguishes a name without addresses from a resolver's temporary failure.
    for record_type in ("A", "AAAA", "A"):
        message = ask_resolver(
            server,
            record_type,
            resolvers=run.options.resolvers,
            deadline=deadline,
            checking_disabled=True,
        )
        records = [
            record.to_text()
            for rrset in (message.answer if message else ())
            if rrset.rdtype == dns.rdatatype.from_text(record_type)
            for record in rrset
        ]
        if records:
            if any(r.rdtype == dns.rdatatype.CNAME for r in (message.answer if message else ())):
                run.known.alias_servers.add(server)
            return records, True
        is_certain = message is not None and message.rcode() in {
            dns.rcode.NOERROR,
            dns.rcode.NXDOMAIN,
            dns.rcode.SERVFAIL,
        }
        if message is None or message.rcode() == dns.rcode.NXDOMAIN:
            break
    return [], is_certain


def servers_in(message: dns.message.Message | None, zone: str) -> tuple[str, ...]:
    """Return the name servers of a zone that an answer contains."""
    if message is None:
        return ()
    return tuple(
        sorted(
            name_text(record.target)
            for rrset in message.answer
            if rrset.rdtype == dns.rdatatype.NS and name_text(rrset.name) == zone
            for record in rrset
        )
    )
