"""Probes of a domain's outgoing mail: host names of an address, DKIM keys, block lists."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any, Literal

import dns.message
import dns.name
import dns.rdatatype

from diagnostics.dkim_key import is_dkim_key
from diagnostics.failures import NO_SUCH_RECORD, Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import BlockListObservation, DkimObservation, SenderObservation
from diagnostics.options import Address
from diagnostics.probes.dns_answers import MAX_RECORDS, ask_for_answer, ask_for_records
from diagnostics.texts import escape_hidden

_REVERSE = dns.name.from_text("arpa.")
_MAX_TEXTS = 4
_MAX_TEXT = 3000
_MAX_REASON = 200
# RFC 5782, section 2.1; by the second network, lists tell that they don't serve our resolver.
_LISTINGS, _REFUSALS = IPv4Network("127.0.0.0/8"), IPv4Network("127.255.255.0/24")
# RFC 5782, section 5: a working list always has the first address, and never the second.
_TEST_LISTED, _TEST_CLEAN = IPv4Address("127.0.0.2"), IPv4Address("127.0.0.1")


def probe_sender(
    address: Address,
    source: Literal["named", "records"],
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
) -> SenderObservation:
    """
    Look up the host names of an address (RFC 1035, section 3.5; RFC 3596).

    A denial counts only if it comes from a reverse zone: for some networks resolvers deny names by
    themselves, with empty zones of their own (RFC 6303).
    """
    watch = Stopwatch()
    pointer = address.reverse_pointer
    message, records, facts = ask_for_answer(pointer, "PTR", resolvers=resolvers, deadline=deadline)
    if facts.get("failure") in NO_SUCH_RECORD and not _is_denied_by_a_zone(message):
        facts |= {"failure": Failure.RESOLVER_BROKEN, "failure_detail": "no zone denies the name"}
    names = sorted(record.target.to_text(omit_final_dot=True).lower() for record in records)
    return SenderObservation(
        id=f"sender@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        source=source,
        names=tuple(escape_hidden(name, 253) for name in names[:MAX_RECORDS]),
        **facts,
    )


def _is_denied_by_a_zone(message: dns.message.Message | None) -> bool:
    zone_records = message.authority if message else ()
    return any(
        rrset.rdtype == dns.rdatatype.SOA
        and rrset.name.is_subdomain(_REVERSE)
        and rrset[0].rname != dns.name.root  # RFC 6303, section 3: a resolver's own empty zone
        for rrset in zone_records
    )


def probe_dkim(
    selector: str,
    domain: str,
    source: Literal["letter", "usual"],
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
) -> DkimObservation:
    """Look up the key of a selector (RFC 6376, section 3.6.2.2)."""
    watch = Stopwatch()
    name = f"{selector}._domainkey.{domain}"
    records, facts = ask_for_records(name, "TXT", resolvers=resolvers, deadline=deadline)
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in records]
    alias = ""
    # If a letter names the selector, an alias that leads nowhere is reported.
    if source == "letter" and facts.get("failure") in NO_SUCH_RECORD:
        aliases, _ = ask_for_records(name, "CNAME", resolvers=resolvers, deadline=deadline)
        alias = aliases[0].target.to_text(omit_final_dot=True).lower() if aliases else ""
    keys = sorted(text for text in texts if is_dkim_key(text))[:_MAX_TEXTS]
    return DkimObservation(
        id=f"dkim#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=name,
        selector=selector,
        domain=domain,
        source=source,
        records=tuple(escape_hidden(text, _MAX_TEXT) for text in keys),
        alias=escape_hidden(alias, 253),
        **facts,
    )


def has_dkim_names(domain: str, *, resolvers: tuple[str, ...], deadline: Deadline) -> bool:
    """Check whether `_domainkey` exists; nothing is below a missing name (RFC 8020)."""
    name = f"_domainkey.{domain}"
    _, facts = ask_for_records(name, "TXT", resolvers=resolvers, deadline=deadline)
    return facts.get("failure") in {None, Failure.DNS_NO_DATA}


def probe_block_list(
    zone: str, address: Address, *, resolvers: tuple[str, ...], deadline: Deadline
) -> BlockListObservation:
    """
    Look up an address in a block list (RFC 5782, section 2.1).

    It is listed if the answers are in 127.0.0.0/8, but neither 127.0.0.1 nor in 127.255.255.0/24,
    by which lists tell that they don't serve our resolver. The list's test entries must then prove
    that it works: an abandoned list lists every address.
    """
    watch = Stopwatch()
    answers, facts = _ask_list(zone, address, resolvers, deadline)
    is_listed: bool | None = None
    reason = ""
    if facts.get("failure") in NO_SUCH_RECORD:
        is_listed, facts["failure"] = False, None
    elif answers and all(map(_is_listing, answers)):
        clean, _ = _ask_list(zone, _TEST_CLEAN, resolvers, deadline)
        listed, _ = _ask_list(zone, _TEST_LISTED, resolvers, deadline)
        is_listed = True if not clean and any(map(_is_listing, listed)) else None
        reason = _reason(zone, address, resolvers, deadline) if is_listed else ""
    return BlockListObservation(
        id=f"block-list-{zone}@{address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        zone=zone,
        address=str(address),
        answers=tuple(str(answer) for answer in answers),
        is_listed=is_listed,
        reason=reason,
        **facts,
    )


def _ask_list(
    zone: str, address: Address, resolvers: tuple[str, ...], deadline: Deadline
) -> tuple[list[IPv4Address], dict[str, Any]]:
    name = list_name(zone, address)
    records, facts = ask_for_records(name, "A", resolvers=resolvers, deadline=deadline)
    return [IPv4Address(record.address) for record in records[:MAX_RECORDS]], facts


def _reason(zone: str, address: Address, resolvers: tuple[str, ...], deadline: Deadline) -> str:
    name = list_name(zone, address)
    records, _ = ask_for_records(name, "TXT", resolvers=resolvers, deadline=deadline)
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in records]
    return escape_hidden(texts[0], _MAX_REASON) if texts else ""


def list_name(zone: str, address: Address) -> str:
    """Return an address's name in a list: its parts in reverse order (RFC 5782, 2.1, 2.4)."""
    reversed_parts = address.reverse_pointer.rpartition(".")[0].rpartition(".")[0]
    return f"{reversed_parts}.{zone}"


def _is_listing(answer: IPv4Address) -> bool:
    return answer in _LISTINGS and answer not in _REFUSALS and answer != _TEST_CLEAN
