"""The DNS probe: one query to our resolver, with dnspython."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Literal

import dns.edns
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.dns_client import DnsAnswer, ask_resolver, ask_resolvers
from diagnostics.net.dns_messages import denial, name_text
from diagnostics.observations import DnsObservation, NameCheckObservation, Purpose
from diagnostics.probes.dns_answers import RCODE_FAILURES, read_answer_section
from diagnostics.texts import escape_hidden

# For one query with all resolvers and repeats. Servers that drop AAAA queries are common (RFC
# 4074), and the IPv4 addresses wait for that answer.
LOOKUP_S = {"A": 4.5, "AAAA": 3.0}
_ALIAS_S = 1.0
_MAX_ALIASES = 16
_MAX_REASONS = 4

# Failures by the names of response codes that aren't final answers.
_BY_RCODE = MappingProxyType(
    {
        dns.rcode.to_text(rcode): failure
        for rcode, failure in RCODE_FAILURES.items()
        if rcode != dns.rcode.NXDOMAIN
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
    """Make a further lookup after a name failed."""
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
            facts["failure"] = RCODE_FAILURES.get(message.rcode(), Failure.RESOLVER_BROKEN)
    return NameCheckObservation(
        id=f"name-{purpose.replace('_', '-')}#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        purpose=purpose,
        name=name,
        record_type=record_type,
        **facts,
    )


def probe_dns(
    name: str,
    record_type: Literal["A", "AAAA"],
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
    id_suffix: str = "",
) -> DnsObservation:
    """
    Look up a name's addresses of one family with our resolver.

    A missing name, an empty answer and silence are observations, not errors. The name is absolute
    (with a final dot), so that our machine's search list is never applied.
    """
    watch = Stopwatch()
    until = deadline.within(LOOKUP_S[record_type])
    try:
        tries = ask_resolvers(
            name, record_type, resolvers=resolvers, deadline=until, wants_dnssec=True
        )
        facts = _facts_of_tries(tries, record_type)
        if facts["failure"] is Failure.DNS_SERVFAIL:
            facts["aliases"], is_circle = _follow_aliases(name, resolvers, deadline)
            if is_circle:
                facts["failure"] = Failure.DNS_CNAME_LOOP
    except (dns.exception.DNSException, OSError, ValueError) as error:
        facts = {"failure": Failure.RESOLVER_BROKEN, "failure_detail": escape_hidden(repr(error))}
    return DnsObservation(
        id=f"dns-{record_type.lower()}{id_suffix}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=name,
        record_type=record_type,
        **facts,
    )


def _facts(response: dns.message.Message, record_type: str) -> dict[str, Any]:
    """Return the fields of an answer: the CNAME chain (RFC 1034, section 3.6.2) and its end."""
    section = read_answer_section(response, record_type)
    aliases = section.aliases
    asked = name_text(response.question[0].name)
    failure = None if section.records else Failure.DNS_NO_DATA
    is_circle = asked in aliases or len(set(aliases)) < len(aliases)
    if not section.records and (is_circle or len(aliases) > _MAX_ALIASES):
        failure = Failure.DNS_CNAME_LOOP
    denied_by, negative_ttl_s, _ = denial(response)
    return {
        **section.facts,
        "denied_by": None if section.records else denied_by,
        "negative_ttl_s": None if section.records else negative_ttl_s,
        "extended_errors": _extended_errors(response),
        "rcode": dns.rcode.to_text(response.rcode()),
        "failure": failure,
    }


def _follow_aliases(
    name: str, resolvers: tuple[str, ...], deadline: Deadline
) -> tuple[tuple[str, ...], bool]:
    """
    Follow the CNAMEs one by one; return them, and whether they form a loop.

    Resolvers answer a loop, and a chain whose end fails, with SERVFAIL only. RFC 1034, section
    5.2.2: a chain of aliases may be long, but not endless.
    """
    visited = [name]
    while len(visited) <= _MAX_ALIASES:
        message = ask_resolver(
            visited[-1], "CNAME", resolvers=resolvers, deadline=deadline.within(_ALIAS_S)
        )
        alias = _alias_in(message) if message is not None else None
        if alias is None:
            break
        visited.append(alias)
        if alias in visited[:-1]:
            return tuple(visited[1:]), True
    return tuple(visited[1:]), False


def _alias_in(message: dns.message.Message) -> str | None:
    for rrset in message.answer:
        if rrset.rdtype == dns.rdatatype.CNAME:
            return name_text(rrset[0].target)
    return None


def _extended_errors(response: dns.message.Message) -> tuple[str, ...]:
    """Return the resolver's extended errors: number, name and text of each (RFC 8914)."""
    return tuple(
        escape_hidden(f"{int(error.code)} {_title(error.code)} {error.text or ''}".strip(), 120)
        for error in response.extended_errors()[:_MAX_REASONS]
    )


def _title(code: dns.edns.EDECode) -> str:
    """Return the name of a code; "" if dnspython doesn't know it."""
    name: str = getattr(code, "name", "")
    return name.replace("_", " ").capitalize()


def _facts_of_tries(tries: Sequence[tuple[str, DnsAnswer]], record_type: str) -> dict[str, Any]:
    """
    Return the fields of the last resolver's answer; if it isn't final, the failure of all of them.

    A failing name server (SERVFAIL) is distinguished from a resolver that refuses or is silent.
    """
    resolver, last = tries[-1]
    if last.message is not None and not last.is_cut:
        facts = _facts(last.message, record_type) | {"resolver": resolver}
        if last.message.rcode() == dns.rcode.NXDOMAIN:
            return facts | {"failure": Failure.DNS_NXDOMAIN}
        if last.message.rcode() == dns.rcode.NOERROR:
            return facts
    messages = [
        (dns.rcode.to_text(answer.message.rcode()), answer.message)
        for _, answer in tries
        if answer.message is not None
    ]
    detail = escape_hidden(
        "; ".join(f"{resolver}: {_outcome(answer)}" for resolver, answer in tries)
    )
    for rcode, failure in _BY_RCODE.items():
        reasons = [
            reason
            for own, message in messages
            if own == rcode
            for reason in _extended_errors(message)
        ]
        if any(own == rcode for own, _ in messages):
            return {
                "failure": failure,
                "failure_detail": detail,
                "rcode": rcode,
                "extended_errors": tuple(dict.fromkeys(reasons)),
            }
    failure = Failure.RESOLVER_BROKEN if messages else Failure.RESOLVER_SILENT
    rcode_text = messages[0][0] if messages else None
    return {"failure": failure, "failure_detail": detail, "rcode": rcode_text}


def _outcome(answer: DnsAnswer) -> str:
    return answer.detail if answer.message is None else dns.rcode.to_text(answer.message.rcode())
