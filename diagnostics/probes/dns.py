"""The DNS probe: one absolute question to our resolver, by dnspython."""

from __future__ import annotations

from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Literal

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.nameserver
import dns.rcode
import dns.rdatatype
import dns.resolver

from diagnostics.failures import Failure
from diagnostics.observations import DnsObservation
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.texts import visible

# For one question, all resolvers and repeats included. Servers that drop AAAA are common (RFC
# 4074), and the addresses found already wait for that answer.
LOOKUP_S = {"A": 5.0, "AAAA": 3.0}
_PER_TRY_S = 2.0
_UDP_PAYLOAD = 1232  # DNS flag day 2020
_MAX_RECORDS = 16
_MAX_ALIASES = 16
_DNS_PORT = 53

_BY_RCODE = MappingProxyType(
    {"SERVFAIL": Failure.DNS_SERVFAIL, "REFUSED": Failure.RESOLVER_REFUSED}
)


def make_resolver(resolvers: tuple[str, ...]) -> dns.resolver.Resolver:
    """
    Build our resolver: the named ones, or the system's. No search list, no hosts file, no cache.

    EDNS is asked for with DNSSEC OK, so that a resolver may say why it fails (RFC 8914).

    Raises:
        dns.resolver.NoResolverConfiguration: none is named and the system has none.

    """
    resolver = dns.resolver.Resolver(configure=not resolvers)
    if resolvers:
        resolver.nameservers = [_nameserver(text) for text in resolvers]
    resolver.search = []
    resolver.timeout = _PER_TRY_S
    resolver.use_edns(0, dns.flags.DO, _UDP_PAYLOAD)
    return resolver


def _nameserver(text: str) -> dns.nameserver.Nameserver:
    """Read "IP", "IP:port", "[v6]" or "[v6]:port"."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    return dns.nameserver.Do53Nameserver(str(ip_address(host)), int(port or _DNS_PORT))


def probe_dns(
    name: str,
    record_type: Literal["A", "AAAA"],
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
    id_suffix: str = "",
) -> DnsObservation:
    """
    Ask our resolver one question.

    A missing name, an empty answer and silence are observations, not errors. The question is
    absolute (trailing dot), so the search list of our own machine never answers for the
    customer's zone.
    """
    watch = Stopwatch()
    facts: dict[str, Any] = {}
    try:
        resolver = make_resolver(resolvers)
        answer = resolver.resolve(
            dns.name.from_text(f"{name}."),
            record_type,
            raise_on_no_answer=False,
            search=False,
            lifetime=max(0.05, deadline.within(LOOKUP_S[record_type]).left_s),
        )
        facts = _facts(answer.response, record_type)
        facts["resolver"] = str(answer.nameserver)
    except dns.resolver.NXDOMAIN as error:
        response = next(iter(error.kwargs["responses"].values()))
        facts = _facts(response, record_type) | {"failure": Failure.DNS_NXDOMAIN}
    except dns.message.ChainTooLong:
        facts = {"failure": Failure.DNS_CNAME_LOOP}
    except (dns.resolver.NoNameservers, dns.resolver.LifetimeTimeout) as error:
        facts = _facts_of_failures(error)
        if facts["failure"] is Failure.DNS_SERVFAIL and _turns_in_a_circle(
            name, resolver, deadline
        ):
            facts["failure"] = Failure.DNS_CNAME_LOOP
    except dns.resolver.NoResolverConfiguration as error:
        facts = {"failure": Failure.RESOLVER_BROKEN, "failure_detail": str(error)}
    except (dns.exception.DNSException, OSError, ValueError) as error:
        facts = {"failure": Failure.RESOLVER_BROKEN, "failure_detail": visible(repr(error))}
    return DnsObservation(
        id=f"dns-{record_type.lower()}{id_suffix}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=name,
        record_type=record_type,
        **facts,
    )


def _facts(response: dns.message.Message, record_type: str) -> dict[str, Any]:
    """Read the answer section: the CNAME chain (RFC 1034, section 3.6.2) and its end."""
    wanted = dns.rdatatype.from_text(record_type)
    aliases: list[str] = []
    records: list[str] = []
    ttls: list[int] = []
    for rrset in response.answer:
        if rrset.rdtype == dns.rdatatype.CNAME:
            aliases.append(_name_text(rrset[0].target))
        elif rrset.rdtype == wanted:
            records.extend(record.to_text() for record in rrset)
        else:
            continue
        ttls.append(rrset.ttl)
    asked = _name_text(response.question[0].name)
    failure = None if records else Failure.DNS_NO_DATA
    if not records and (asked in aliases or len(set(aliases)) < len(aliases)):
        failure = Failure.DNS_CNAME_LOOP
    return {
        "records": tuple(sorted(records)[:_MAX_RECORDS]),
        "aliases": tuple(aliases[:_MAX_ALIASES]),
        "ttl_s": min(ttls, default=None),
        "rcode": dns.rcode.to_text(response.rcode()),
        "failure": failure,
    }


def _turns_in_a_circle(name: str, resolver: dns.resolver.Resolver, deadline: Deadline) -> bool:
    """
    Walk the CNAMEs one by one: resolvers answer a circle with a bare SERVFAIL.

    RFC 1034, section 5.2.2: a chain of aliases may be long, but must not be endless.
    """
    current, visited = dns.name.from_text(f"{name}."), set[dns.name.Name]()
    while current not in visited and len(visited) < _MAX_ALIASES:
        visited.add(current)
        try:
            answer = resolver.resolve(
                current, "CNAME", search=False, lifetime=max(0.05, deadline.within(1.0).left_s)
            )
        except (dns.exception.DNSException, OSError):
            return False
        current = answer[0].target
    return current in visited


def _name_text(name: dns.name.Name) -> str:
    return visible(name.to_text(omit_final_dot=True).lower(), 255)


def _facts_of_failures(error: dns.exception.DNSException) -> dict[str, Any]:
    """
    Tell a server that fails (an answer) from a resolver that refuses us or says nothing.

    dnspython's one exception mixes them; the tries behind it don't.
    """
    tries = error.kwargs.get("errors") or []
    rcodes = [str(what) for _, _, _, what, response in tries if response is not None]
    detail = visible("; ".join(f"{server}: {what}" for server, _, _, what, _ in tries))
    for rcode, failure in _BY_RCODE.items():
        if rcode in rcodes:
            return {"failure": failure, "failure_detail": detail, "rcode": rcode}
    failure = Failure.RESOLVER_BROKEN if rcodes else Failure.RESOLVER_SILENT
    if any("ChainTooLong" in repr(what) for _, _, _, what, _ in tries):
        failure = Failure.DNS_CNAME_LOOP
    return {"failure": failure, "failure_detail": detail, "rcode": next(iter(rcodes), None)}
