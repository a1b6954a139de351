"""
Name servers asked themselves: no recursion, three packets by UDP, then TCP.

An answer is judged by who sent it (a connected socket), by its number and by its question. A
server's silence is believed only after every try (RFC 1035, section 4.2.1: packets get lost).
"""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import dataclass
from typing import Any, Literal

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.observations import AuthorityObservation
from diagnostics.options import Address
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.texts import visible

DNS_PORT = 53
UDP_PAYLOAD = 1232  # DNS flag day 2020
_SEND_AT_S = (0.0, 0.4, 0.8)
_UDP_S = 1.6
_RESOLVER_S = 3.0  # it may have to ask many servers itself
_TCP_S = 0.9
_RETRY_REFUSED_S = 0.05
_MORE_TRIES = 2
_MAX_RECORDS = 16
_MAX_WIRE = 65535
_NO_EDNS = {dns.rcode.FORMERR, dns.rcode.NOTIMP}


@dataclass(frozen=True)
class Answer:
    """
    What one server said; `message` is None when it said nothing.

    `tries` counts packets by UDP and connections by TCP. `is_ours` tells that our own side could
    not send at all.
    """

    message: dns.message.Message | None
    tries: int
    transport: Literal["udp", "tcp"] | None = None
    detail: str = ""
    is_ours: bool = False


def ask_server(  # noqa: PLR0913 - a question's own parts
    address: str,
    name: str,
    record_type: str,
    *,
    deadline: Deadline,
    port: int = DNS_PORT,
    recursive: bool = False,
    checking_disabled: bool = False,
    wants_dnssec: bool = False,
) -> Answer:
    """
    Ask one server one question, patiently.

    `checking_disabled` asks a resolver for what it holds to be forged (RFC 4035, section 3.2.2).
    A server that can't do EDNS is asked again without (RFC 6891, section 6.2.2).
    """
    query = dns.message.make_query(
        f"{name.rstrip('.')}.",
        record_type,
        use_edns=0,
        payload=UDP_PAYLOAD,
        want_dnssec=wants_dnssec,
    )
    query.flags &= ~dns.flags.RD
    if recursive:
        query.flags |= dns.flags.RD
    if checking_disabled:
        query.flags |= dns.flags.CD
    answer = _ask(address, port, query, deadline)
    if answer.message is not None and answer.message.rcode() in _NO_EDNS:
        query.use_edns(False)
        plain = _ask(address, port, query, deadline)
        if plain.message is not None:
            return plain
    return answer


def _ask(address: str, port: int, query: dns.message.Message, deadline: Deadline) -> Answer:
    """Ask by UDP; by TCP when the answer was cut, or when a server that we judge is silent."""
    answer = _ask_by_udp(address, port, query, deadline)
    is_cut = answer.message is not None and bool(answer.message.flags & dns.flags.TC)
    is_judged = not query.flags & dns.flags.RD
    needs_tcp = is_cut or (answer.message is None and is_judged and not answer.is_ours)
    left_s = deadline.within(_TCP_S).left_s
    if not needs_tcp or left_s <= 0:
        return answer
    try:
        message = dns.query.tcp(query, address, timeout=left_s, port=port)
    except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
        detail = visible(f"{answer.detail}; tcp: {error!r}")
        return Answer(answer.message, answer.tries + 1, answer.transport, detail)
    return Answer(message, answer.tries + 1, "tcp")


def _ask_by_udp(address: str, port: int, query: dns.message.Message, deadline: Deadline) -> Answer:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    wire, tries, detail = query.to_wire(), 0, ""
    started = time.monotonic()
    is_resolver = bool(query.flags & dns.flags.RD)
    ends_at = min(started + (_RESOLVER_S if is_resolver else _UDP_S), deadline.at)
    send_at = [started + after for after in _SEND_AT_S]
    with contextlib.closing(socket.socket(family, socket.SOCK_DGRAM)) as sock:
        try:
            sock.connect((address, port))
        except OSError as error:
            return Answer(None, 0, None, visible(repr(error)), is_ours=True)
        while (now := time.monotonic()) < ends_at:
            try:
                if send_at and now >= send_at[0]:
                    del send_at[0]
                    tries += 1
                    sock.send(wire)
                sock.settimeout(max(0.001, min([ends_at, *send_at[:1]]) - now))
                message = _read(sock.recv(_MAX_WIRE), query)
            except TimeoutError:
                continue
            except OSError as error:  # "port unreachable" came back: nobody listens there
                detail = repr(error)
                if not send_at:
                    break
                send_at = [min(one, now + _RETRY_REFUSED_S) for one in send_at]
                time.sleep(_RETRY_REFUSED_S)
                continue
            if message is not None:
                return Answer(message, tries, "udp")
    return Answer(None, tries, None, visible(detail or "no answer"))


def _read(wire: bytes, query: dns.message.Message) -> dns.message.Message | None:
    """Read a packet; None when it does not answer our question."""
    try:
        message = dns.message.from_wire(wire, ignore_trailing=True, raise_on_truncation=False)
    except (dns.exception.DNSException, ValueError):
        return None
    return message if query.is_response(message) else None


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
    Ask one delegated name server for the name's address, and give its message too.

    It is lame when it answers and does not know the zone: an error code, an answer without
    authority that leads nowhere, or one that leads back up (RFC 1912, section 2.8). It is not when
    it knows the zone's SOA, and only this name fails on it.
    """
    watch = Stopwatch()
    answer = ask_server(str(address), name, record_type, deadline=deadline)
    facts: dict[str, Any] = {"tries": answer.tries, "transport": answer.transport}
    if answer.message is not None:
        facts |= authority_facts(answer.message, zone, record_type)
        if facts["failure"] is not None and _knows_zone(address, zone, deadline):
            facts["failure"] = Failure.DNS_SERVFAIL
    elif answer.is_ours:
        facts |= {"failure": Failure.VANTAGE_NO_ROUTE, "failure_detail": answer.detail}
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


def _knows_zone(address: Address, zone: str, deadline: Deadline) -> bool:
    """Ask twice more: a busy server may refuse one question."""
    for _ in range(_MORE_TRIES):
        soa = ask_server(str(address), zone, "SOA", deadline=deadline).message
        if soa is not None and soa.flags & dns.flags.AA and soa.answer:
            return True
    return False


def authority_facts(message: dns.message.Message, zone: str, record_type: str) -> dict[str, Any]:
    """Read an answer that should be authoritative (RFC 1034, section 4.3.1)."""
    wanted = dns.rdatatype.from_text(record_type)
    records: list[str] = []
    aliases: list[str] = []
    ttls: list[int] = []
    for rrset in message.answer:
        if rrset.rdtype == dns.rdatatype.CNAME:
            aliases.append(name_text(rrset[0].target))
        elif rrset.rdtype == wanted:
            records.extend(record.to_text() for record in rrset)
        else:
            continue
        ttls.append(rrset.ttl)
    rcode = message.rcode()
    is_authoritative = bool(message.flags & dns.flags.AA)
    is_referral = referral(message, zone) is not None
    knows = rcode in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN} and (is_authoritative or is_referral)
    _, negative_ttl_s, serial = denial(message)
    return {
        "rcode": dns.rcode.to_text(rcode),
        "is_authoritative": is_authoritative,
        "is_referral": is_referral,
        "records": tuple(sorted(records)[:_MAX_RECORDS]),
        "aliases": tuple(aliases[:_MAX_RECORDS]),
        "ttl_s": min(ttls, default=None),
        "negative_ttl_s": negative_ttl_s,
        "serial": serial,
        "failure": None if knows else Failure.DNS_SERVER_LAME,
    }


@dataclass(frozen=True)
class Referral:
    """A zone below, its name servers, and the addresses that came along (glue)."""

    zone: str
    servers: tuple[str, ...]
    glue: dict[str, tuple[str, ...]]


def referral(message: dns.message.Message, zone: str) -> Referral | None:
    """Read where a server sends us on to: a zone below its own; upwards is no way on."""
    if message.answer or message.rcode() != dns.rcode.NOERROR:
        return None
    apex = dns.name.from_text(f"{zone}.")
    asked = message.question[0].name if message.question else None
    for rrset in message.authority:
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


def denial(message: dns.message.Message) -> tuple[str | None, int | None, int | None]:
    """
    Read the SOA that comes with "no": its zone, for how long it holds, its serial number.

    RFC 2308, section 5: a "no" is kept for the lesser of the SOA's own TTL and its last field.
    """
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            soa = rrset[0]
            return name_text(rrset.name), min(rrset.ttl, soa.minimum), soa.serial
    return None, None, None


def name_text(name: dns.name.Name) -> str:
    """Write a name for people: lower case, no final dot, harmless; the root is ""."""
    return visible(name.to_text(omit_final_dot=True).lower(), 255).removesuffix(".")
