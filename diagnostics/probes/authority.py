"""The authority probe: ask a delegated name server directly for a name's records or a referral."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.dns_client import DnsAnswer, ask_server
from diagnostics.net.dns_messages import denial, name_text
from diagnostics.observations import AuthorityObservation
from diagnostics.options import Address
from diagnostics.probes.dns_answers import read_answer_section

# An overloaded server refuses some queries, so it is called lame only after three answers.
_MORE_TRIES = 2
_COOKIE_BYTES = 8  # RFC 7873, section 4
_NO_COOKIE = {
    *(dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS),
    dns.rcode.BADCOOKIE,
}
_AAAA_S = 1.0


def probe_authority(  # noqa: PLR0913 - what is asked, of whom, and about what
    zone: str,
    server: str,
    address: Address,
    name: str,
    record_type: Literal["A", "AAAA"],
    *,
    deadline: Deadline,
) -> tuple[AuthorityObservation, dns.message.Message | None]:
    """
    Ask a delegated name server for a name's address; return the observation and the DNS message.

    A server is lame if it answers but doesn't know the zone: with an error code, without authority
    and without a referral, or with a referral upwards (RFC 1912, section 2.8). A server that knows
    the zone's SOA isn't lame; if only this name repeatedly fails, the failure is DNS_SERVFAIL.
    """
    watch = Stopwatch()
    answer = _ask(address, name, record_type, deadline)
    facts: dict[str, Any] = {
        "tries": answer.tries,
        "transport": answer.transport,
        "drops_edns": answer.drops_edns,
        "drops_udp": answer.drops_udp,
    }
    if answer.message is not None:
        facts |= _facts(answer.message, zone, record_type)
        has_address = facts["is_authoritative"] and facts["records"] and not facts["aliases"]
        # If packets are lost, each further query would take seconds.
        if has_address and not answer.drops_edns and not answer.drops_udp:
            facts |= _facts_of_aaaa(address, name, deadline)
        if facts["failure"] is not None and _knows_zone(address, zone, deadline):
            again = _ask(address, name, record_type, deadline).message
            facts |= _facts(again, zone, record_type) if again is not None else {}
            if facts["failure"] is not None:
                facts["failure"] = Failure.DNS_SERVFAIL
    elif answer.is_ours:
        facts |= {"failure": Failure.VANTAGE_NO_ROUTE, "failure_detail": answer.detail}
    # If our own time was over, the server can't be called silent.
    elif deadline.left_s <= 0:
        facts |= {"failure": Failure.VANTAGE_NO_TIME, "failure_detail": answer.detail}
    else:
        facts |= {"failure": Failure.DNS_SERVER_SILENT, "failure_detail": answer.detail}
    observation = AuthorityObservation(
        id=f"authority-{zone or '.'}-{server}@{address}#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        zone=zone,
        server=server,
        address=str(address),
        name=name,
        record_type=record_type,
        **facts,
    )
    return observation, answer.message


def _ask(address: Address, name: str, record_type: str, deadline: Deadline) -> DnsAnswer:
    """
    Ask with a cookie, as BIND's resolvers do (RFC 7873): some servers and firewalls drop these.

    A server that answers it with an error is asked again without a cookie.
    """
    cookie = dns.edns.GenericOption(dns.edns.OptionType.COOKIE, os.urandom(_COOKIE_BYTES))
    for options in ((cookie,), ()):
        answer = ask_server(
            str(address),
            name,
            record_type,
            deadline=deadline,
            wants_dnssec=True,
            options=options,
        )
        if answer.message is None or answer.message.rcode() not in _NO_COOKIE:
            break
    return answer


def _facts_of_aaaa(address: Address, name: str, deadline: Deadline) -> dict[str, Any]:
    """
    Ask for the IPv6 address of a name that has an IPv4 one, to detect false denials.

    Resolvers apply "no such name" to the whole name (RFC 8020), so visitors get "not found" at
    times. Some resolvers reject an empty answer without authority, SOA or referral (RFC 2308,
    section 2.2).
    """
    patience = deadline.within(_AAAA_S)
    message = ask_server(str(address), name, "AAAA", deadline=patience).message
    if message is None:
        return {"aaaa_is_silent": deadline.left_s > 0}
    is_bare = not message.flags & dns.flags.AA and not message.answer and not message.authority
    return {
        "aaaa_rcode": dns.rcode.to_text(message.rcode()),
        "aaaa_is_bare": is_bare and message.rcode() == dns.rcode.NOERROR,
    }


def denies_own_address(address: Address, server: str, deadline: Deadline) -> bool:
    """
    Check whether a name server says with authority that its own name has no address.

    Resolvers believe it more than the zone above (RFC 2181, section 5.4.1).
    """
    for record_type in ("A", "AAAA"):
        patience = deadline.within(_AAAA_S)
        message = ask_server(str(address), server, record_type, deadline=patience).message
        if message is None or message.answer or not message.flags & dns.flags.AA:
            return False
        if message.rcode() == dns.rcode.NXDOMAIN:
            return True
        if message.rcode() != dns.rcode.NOERROR or denial(message)[0] is None:
            return False
    return True


def _knows_zone(address: Address, zone: str, deadline: Deadline) -> bool:
    """Check whether the server has the zone's SOA; ask twice, as a busy server may refuse once."""
    for _ in range(_MORE_TRIES):
        soa = ask_server(str(address), zone, "SOA", deadline=deadline).message
        if soa is not None and soa.flags & dns.flags.AA and soa.answer:
            return True
    return False


def _facts(message: dns.message.Message, zone: str, record_type: str) -> dict[str, Any]:
    """Return the fields of an answer that should be authoritative (RFC 1034, section 4.3.1)."""
    rcode = message.rcode()
    is_authoritative = bool(message.flags & dns.flags.AA)
    is_referral = referral(message, zone) is not None
    knows = rcode in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN} and (is_authoritative or is_referral)
    _, negative_ttl_s, serial = denial(message)
    return {
        "rcode": dns.rcode.to_text(rcode),
        "is_authoritative": is_authoritative,
        "is_referral": is_referral,
        **read_answer_section(message, record_type).facts,
        "negative_ttl_s": negative_ttl_s,
        "serial": serial,
        "signed_until": _signed_until(message, record_type),
        "failure": None if knows else Failure.DNS_SERVER_LAME,
    }


def _signed_until(message: dns.message.Message, record_type: str) -> datetime | None:
    """Return when the last signature of the records expires (RFC 4034, 3.1.5); None without one."""
    wanted = dns.rdatatype.from_text(record_type)
    ends = [
        signature.expiration
        for rrset in message.answer
        if rrset.rdtype == dns.rdatatype.RRSIG and rrset.covers == wanted
        for signature in rrset
    ]
    return datetime.fromtimestamp(max(ends), UTC) if ends else None


@dataclass(frozen=True)
class Referral:
    """A delegated zone, its name servers, and their addresses in the answer (glue)."""

    zone: str
    servers: tuple[str, ...]
    glue: dict[str, tuple[str, ...]]


def referral(message: dns.message.Message, zone: str) -> Referral | None:
    """Return the referral to a zone below `zone` in an answer; None if there is none."""
    if message.answer or message.rcode() != dns.rcode.NOERROR:
        return None
    apex = dns.name.from_text(f"{zone}.")
    asked = message.question[0].name if message.question else None
    for rrset in message.authority:
        # A referral to the zone itself or above it is how a lame server answers.
        is_below = rrset.name.is_subdomain(apex) and rrset.name != apex
        leads_there = asked is not None and asked.is_subdomain(rrset.name)
        if rrset.rdtype != dns.rdatatype.NS or not is_below or not leads_there:
            continue
        servers = tuple(sorted(name_text(record.target) for record in rrset))
        glue: dict[str, tuple[str, ...]] = {}
        for extra in message.additional:
            host = name_text(extra.name)
            if extra.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA} and host in servers:
                glue[host] = (*glue.get(host, ()), *(record.to_text() for record in extra))
        return Referral(name_text(rrset.name), servers, glue)
    return None
