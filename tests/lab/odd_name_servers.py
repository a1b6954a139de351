"""Behaviours of odd name servers: load balancers, firewalls, home-made programs."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.fakes.hostile_dns import Behaviour

_SOA = "ns-a.dns.example. hostmaster.example. 1 3600 600 86400 60"
_APEX_LABELS = 3  # of a zone right below the top


def _answer(query: dns.message.Message, server: str, address: str) -> dns.message.Message:
    """Answer as a correct server of one zone that has an IPv4 address for every name."""
    name, kind = query.question[0].name, query.question[0].rdtype
    zone = dns.name.Name(name.labels[-_APEX_LABELS:])
    message = dns.message.make_response(query)
    message.flags |= dns.flags.AA
    own = {
        dns.rdatatype.A: address,
        dns.rdatatype.NS: f"{server}." if name == zone else "",
        dns.rdatatype.SOA: _SOA if name == zone else "",
    }
    if record := own.get(kind):
        message.answer.append(dns.rrset.from_text(name, 60, "IN", kind, record))
    else:
        message.authority.append(dns.rrset.from_text(zone, 60, "IN", "SOA", _SOA))
    return message


def drops_cookies(server: str, address: str) -> Behaviour:
    """Drop every query with a cookie (RFC 7873), on UDP and TCP."""

    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        has_cookie = any(option.otype == dns.edns.OptionType.COOKIE for option in query.options)
        return [] if has_cookie else [_answer(query, server, address).to_wire()]

    return behave


def is_bare_about_six(server: str, address: str) -> Behaviour:
    """Answer AAAA queries with an empty message: not authoritative, without the SOA record."""

    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        if query.question[0].rdtype == dns.rdatatype.AAAA:
            return [dns.message.make_response(query).to_wire()]
        return [_answer(query, server, address).to_wire()]

    return behave


def fails_at_apex(server: str, address: str) -> Behaviour:
    """Serve the zone, but fail for the addresses of its apex."""

    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        question = query.question[0]
        is_address = question.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA}
        if is_address and len(question.name.labels) == _APEX_LABELS:
            message = dns.message.make_response(query)
            message.set_rcode(dns.rcode.SERVFAIL)
            return [message.to_wire()]
        return [_answer(query, server, address).to_wire()]

    return behave


def has_no_soa(server: str, address: str) -> Behaviour:
    """Answer authoritatively, but without the SOA record in empty answers."""

    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        message = _answer(query, server, address)
        message.authority.clear()
        return [message.to_wire()]

    return behave


def refuses_edns(server: str, address: str) -> Behaviour:
    """Answer "format error" to every query with EDNS, as old servers do."""

    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        if query.edns < 0:
            return [_answer(query, server, address).to_wire()]
        message = dns.message.make_response(query)
        message.use_edns(edns=False)
        message.set_rcode(dns.rcode.FORMERR)
        return [message.to_wire()]

    return behave


def denies_itself(_server: str, address: str) -> Behaviour:
    """Answer as the server ns1 of the zone, but deny that this name exists."""

    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        name = query.question[0].name
        zone = dns.name.Name(name.labels[-_APEX_LABELS:])
        message = _answer(query, f"ns1.{zone.to_text(omit_final_dot=True)}", address)
        if name.labels[0] == b"ns1":
            message.answer.clear()
            message.set_rcode(dns.rcode.NXDOMAIN)
            message.authority.append(dns.rrset.from_text(zone, 60, "IN", "SOA", _SOA))
        return [message.to_wire()]

    return behave


# The address and behaviour of each server, by the label of its name below dns.example.
ODD_SERVERS = {
    "ns-cookies": ("127.53.0.23", drops_cookies),
    "ns-bare-six": ("127.53.0.24", is_bare_about_six),
    "ns-apex-fails": ("127.53.0.25", fails_at_apex),
    "ns-no-soa": ("127.53.0.26", has_no_soa),
    "ns-no-edns": ("127.53.0.27", refuses_edns),
    "ns-denies-itself": ("127.53.0.28", denies_itself),
}
