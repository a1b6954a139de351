"""The DNS probe: one absolute question to our resolver, by dnspython."""

from __future__ import annotations

from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Literal

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.nameserver
import dns.rcode
import dns.rdatatype
import dns.resolver

from diagnostics.failures import Failure
from diagnostics.observations import DnsObservation, NameCheckObservation, Purpose
from diagnostics.probes.authority import DNS_PORT, UDP_PAYLOAD, ask_server, denial, name_text
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.texts import visible

# For one question, all resolvers and repeats included. Servers that drop AAAA are common (RFC
# 4074), and the addresses found already wait for that answer.
LOOKUP_S = {"A": 4.5, "AAAA": 3.0}
_PER_TRY_S = 2.0
_MAX_RECORDS = 16
_MAX_ALIASES = 16
_MAX_REASONS = 4

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
    resolver.use_edns(0, dns.flags.DO, UDP_PAYLOAD)
    return resolver


def resolver_places(resolvers: tuple[str, ...]) -> list[tuple[str, int]]:
    """Address and port of each of our resolvers; none when the system has none."""
    try:
        servers = make_resolver(resolvers).nameservers
    except dns.exception.DNSException:
        return []
    return [
        (str(getattr(one, "address", one)), int(getattr(one, "port", DNS_PORT))) for one in servers
    ]


def ask_resolver(  # noqa: PLR0913 - a question's own parts
    name: str,
    record_type: str,
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
    checking_disabled: bool = False,
    wants_dnssec: bool = False,
) -> dns.message.Message | None:
    """Ask our resolvers in turn; None when none answers."""
    for address, port in resolver_places(resolvers):
        answer = ask_server(
            address,
            name,
            record_type,
            deadline=deadline,
            port=port,
            recursive=True,
            checking_disabled=checking_disabled,
            wants_dnssec=wants_dnssec,
        )
        if answer.message is not None:
            return answer.message
    return None


_FAILURES = MappingProxyType(
    {
        dns.rcode.NXDOMAIN: Failure.DNS_NXDOMAIN,
        dns.rcode.SERVFAIL: Failure.DNS_SERVFAIL,
        dns.rcode.REFUSED: Failure.RESOLVER_REFUSED,
    }
)


def probe_name(
    purpose: Purpose,
    name: str,
    record_type: str,
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
) -> NameCheckObservation:
    """Ask our resolver one more question about a name that failed."""
    watch = Stopwatch()
    message = ask_resolver(
        name,
        record_type,
        resolvers=resolvers,
        deadline=deadline,
        checking_disabled=purpose == "checking_disabled",
        wants_dnssec=purpose in {"checking_disabled", "again"},
    )
    facts: dict[str, Any] = {"failure": Failure.RESOLVER_SILENT}
    if message is not None:
        known = _facts(message, record_type)
        facts = {
            key: known[key]
            for key in ("records", "aliases", "rcode", "failure", "denied_by", "extended_errors")
        }
        if message.rcode() != dns.rcode.NOERROR:
            facts["failure"] = _FAILURES.get(message.rcode(), Failure.RESOLVER_BROKEN)
    return NameCheckObservation(
        id=f"name-{purpose.replace('_', '-')}#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        purpose=purpose,
        name=name,
        record_type=record_type,
        **facts,
    )


def _nameserver(text: str) -> dns.nameserver.Nameserver:
    """Read "IP", "IP:port", "[v6]" or "[v6]:port"."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    return dns.nameserver.Do53Nameserver(str(ip_address(host)), int(port or DNS_PORT))


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
        if facts["failure"] is Failure.DNS_SERVFAIL:
            facts["aliases"], is_circle = _follow_aliases(name, resolver, deadline)
            if is_circle:
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
            aliases.append(name_text(rrset[0].target))
        elif rrset.rdtype == wanted:
            records.extend(record.to_text() for record in rrset)
        else:
            continue
        ttls.append(rrset.ttl)
    asked = name_text(response.question[0].name)
    failure = None if records else Failure.DNS_NO_DATA
    if not records and (asked in aliases or len(set(aliases)) < len(aliases)):
        failure = Failure.DNS_CNAME_LOOP
    denied_by, negative_ttl_s, _ = denial(response)
    return {
        "records": tuple(sorted(records)[:_MAX_RECORDS]),
        "aliases": tuple(aliases[:_MAX_ALIASES]),
        "ttl_s": min(ttls, default=None),
        "denied_by": None if records else denied_by,
        "negative_ttl_s": None if records else negative_ttl_s,
        "extended_errors": _extended_errors(response),
        "rcode": dns.rcode.to_text(response.rcode()),
        "failure": failure,
    }


def _follow_aliases(
    name: str, resolver: dns.resolver.Resolver, deadline: Deadline
) -> tuple[tuple[str, ...], bool]:
    """
    Walk the CNAMEs one by one, and tell whether they form a circle.

    Resolvers answer a circle, and a chain whose end fails, with a bare SERVFAIL. RFC 1034,
    section 5.2.2: a chain of aliases may be long, but must not be endless.
    """
    visited = [dns.name.from_text(f"{name}.")]
    is_circle = False
    while not is_circle and len(visited) <= _MAX_ALIASES:
        try:
            answer = resolver.resolve(
                visited[-1], "CNAME", search=False, lifetime=max(0.05, deadline.within(1.0).left_s)
            )
        except (dns.exception.DNSException, OSError):
            break
        is_circle = answer[0].target in visited
        visited.append(answer[0].target)
    return tuple(name_text(alias) for alias in visited[1:]), is_circle


def _extended_errors(response: dns.message.Message) -> tuple[str, ...]:
    """Read the resolver's own reasons: a number with its name, and a text (RFC 8914)."""
    return tuple(
        visible(f"{int(one.code)} {_title(one.code)} {one.text or ''}".strip(), 120)
        for one in response.extended_errors()[:_MAX_REASONS]
    )


def _title(code: dns.edns.EDECode) -> str:
    """Name a code; those not yet in dnspython's list come as bare numbers."""
    name: str = getattr(code, "name", "")
    return name.replace("_", " ").capitalize()


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
            reasons = [
                reason
                for _, _, _, what, response in tries
                if response is not None and str(what) == rcode
                for reason in _extended_errors(response)
            ]
            return {
                "failure": failure,
                "failure_detail": detail,
                "rcode": rcode,
                "extended_errors": tuple(dict.fromkeys(reasons)),
            }
    failure = Failure.RESOLVER_BROKEN if rcodes else Failure.RESOLVER_SILENT
    if any("ChainTooLong" in repr(what) for _, _, _, what, _ in tries):
        failure = Failure.DNS_CNAME_LOOP
    return {"failure": failure, "failure_detail": detail, "rcode": next(iter(rcodes), None)}
