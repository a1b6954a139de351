"""Rules about name servers. Each server that the parent zone names was asked directly."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import NO_SUCH_RECORD, Failure
from diagnostics.observations import AuthorityObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.dns_evidence import (
    NameServerState,
    authoritative_answers,
    delegations,
    server_answers,
    server_states,
)
from diagnostics.rules.dns.final_dot import name_without_zone, with_final_dot
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.targets import as_address

_CODES: dict[NameServerState, str] = {
    "plain": "dns.nameserver_unreachable",
    "tcp": "dns.nameserver_unreachable",
    "alias": "dns.nameserver_missing",
    "glue": "dns.nameserver_missing",
    "lame": "dns.lame_delegation",
    "silent": "dns.nameserver_unreachable",
    "missing": "dns.nameserver_missing",
    "circle": "dns.nameserver_missing",
}
_VARIANTS: dict[NameServerState, str] = {
    "plain": "edns",
    "tcp": "tcp",
    "alias": "alias",
    "glue": "glue",
    "circle": "circle",
}
_ANSWERING = {"ok", "plain", "tcp", "alias", "glue"}
_DENIED = NO_SUCH_RECORD | {Failure.DNS_CNAME_LOOP}
_TWO_VERSIONS = 2


@concludes(*_CODES.values())
def servers_fail(evidence: Evidence) -> Finding | None:
    """
    None of a zone's servers serves it, so nobody can resolve the name (RFC 1912, section 2.8).

    Servers that don't answer or whose names are missing count only if a server of the parent zone
    answered us; else our own network may block the queries. The most frequent fault is reported.
    """
    lookups = evidence.lookups
    if any(o.records or o.forbidden or o.failure in _DENIED for o in lookups):
        return None
    for delegation in delegations(evidence):
        answers = server_answers(evidence, delegation)
        state_by_server = server_states(answers)
        kinds = list(state_by_server.values())
        if not kinds or not set(kinds) <= set(_CODES):
            continue
        kind = max(_CODES, key=kinds.count)
        # A lame server has answered us, so our own network lets queries out.
        if kind != "lame" and not delegation.parent_answers:
            continue
        return make_finding(
            _CODES[kind],
            delegation.zone,
            ids((delegation, *answers, *lookups)),
            servers=_names(state_by_server, kind),
            parameters=_variant_of(state_by_server, kind, delegation.zone, "all"),
        )
    return None


@concludes(*_CODES.values())
def some_servers_fail(evidence: Evidence) -> Iterator[Finding]:
    """
    One of a zone's servers fails while another answers: some lookups are slow, no spare is left.

    A server that answers without authority is lame (RFC 1912, section 2.8). One that never answers
    repeated queries is dead (RFC 2308, section 7.2), and so for most resolvers is one that drops
    queries with EDNS (RFC 6891). One whose name has no address is missing; one whose name is an
    alias is missing for some resolvers (RFC 2181, section 10.3), and so is one whose own zone
    denies its address, because that counts more than the zone above (section 5.4.1).
    """
    for delegation in delegations(evidence):
        answers = server_answers(evidence, delegation)
        state_by_server = server_states(answers)
        kinds = set(state_by_server.values())
        is_total_failure = kinds <= set(_VARIANTS) and servers_fail(evidence) is not None
        # Our own network may block UDP.
        is_ours = kinds == {"tcp"} and not delegation.parent_answers
        if not kinds & _ANSWERING or is_total_failure or is_ours:
            continue
        for kind, code in _CODES.items():
            if kind in state_by_server.values():
                bad = tuple(o for o in answers if state_by_server[o.server] == kind)
                is_own = all(o.is_own_word for o in bad)
                yield make_finding(
                    code,
                    delegation.zone,
                    ids((delegation, *bad)),
                    severity="warning",
                    fixer="customer" if is_own or kind == "glue" else None,
                    symptom="other-error",
                    servers=_names(state_by_server, kind),
                    parameters=_variant_of(
                        state_by_server, kind, delegation.zone, "own" if is_own else ""
                    ),
                )


@concludes("dns.false_denial")
def servers_deny_falsely(evidence: Evidence) -> Iterator[Finding]:
    """
    A server has the name's IPv4 address, but answers "no such name" to the query for IPv6.

    "No such name" holds for every type (RFC 8020, section 2), so resolvers that cached the answer
    deny the IPv4 address too. It returns with the next query for IPv6 (RFC 4074, section 4.2).
    """
    answers = [
        answer
        for answer in authoritative_answers(evidence, evidence.target.host)
        if answer.records and answer.aaaa_rcode == "NXDOMAIN"
    ]
    if answers:
        is_denied = any(o.failure is Failure.DNS_NXDOMAIN for o in evidence.lookups)
        is_resolved = any(o.records for o in evidence.lookups)
        yield make_finding(
            "dns.false_denial",
            evidence.target.host_display,
            ids((*answers, *evidence.lookups)),
            severity="critical" if is_denied and not is_resolved else "warning",
            servers=", ".join(dict.fromkeys(answer.server for answer in answers)),
            addresses=", ".join(answers[0].records),
        )


@concludes("dns.servfail")
def servers_fail_at_ipv6(evidence: Evidence) -> Iterator[Finding]:
    """
    A server has the name's IPv4 address, but fails at the query for IPv6, and so do resolvers.

    It answers with an error or not at all, instead of "no such record" (RFC 4074, sections 4.1 and
    4.4). Programs that ask for both addresses wait, and some give up.
    """
    answers = [
        answer
        for answer in authoritative_answers(evidence, evidence.target.host)
        if answer.records and (answer.aaaa_rcode in _REFUSALS or answer.aaaa_is_silent)
    ]
    ipv6 = [o for o in evidence.lookups if o.record_type == "AAAA" and o.failure in _FAILING]
    if answers and ipv6 and any(o.records for o in evidence.lookups):
        yield make_finding(
            "dns.servfail",
            evidence.target.host_display,
            ids((*answers, *ipv6)),
            severity="warning",
            symptom="other-error",
            variant="six",
            servers=", ".join(dict.fromkeys(answer.server for answer in answers)),
            addresses=", ".join(answers[0].records),
        )


@concludes("dns.servfail")
def empty_answer_for_ipv6_is_bare(evidence: Evidence) -> Iterator[Finding]:
    """
    A server has the name's IPv4 address, but its empty answer for IPv6 is not a valid denial.

    Without authority and an SOA record (RFC 2308, section 2.2) it looks like a lame server's. Some
    resolvers then report an error. If ours doesn't, it is only worth knowing.
    """
    answers = [
        answer
        for answer in authoritative_answers(evidence, evidence.target.host)
        if answer.records and answer.aaaa_is_bare
    ]
    ipv6 = [o for o in evidence.lookups if o.record_type == "AAAA"]
    if answers and any(o.records for o in evidence.lookups):
        fails = any(o.failure in _FAILING for o in ipv6)
        yield make_finding(
            "dns.servfail",
            evidence.target.host_display,
            ids((*answers, *ipv6)),
            severity="warning" if fails else "info",
            symptom="other-error",
            variant="six_bare",
            servers=", ".join(dict.fromkeys(answer.server for answer in answers)),
        )


@concludes("dns.servfail")
def one_server_fails_at_name(evidence: Evidence) -> Iterator[Finding]:
    """
    A server of the zone fails twice at this name, while another server answers for it.

    Resolvers then ask another server (RFC 1034, section 5.3.3), unless they cache the failure (RFC
    9520). For some visitors the name is slow or missing at times.
    """
    host = evidence.target.host
    answers = [answer for answer in authoritative_answers(evidence, host) if answer.answer]
    bad = [
        o
        for o in evidence.all_of(AuthorityObservation)
        if o.name == host and o.failure is Failure.DNS_SERVFAIL and o.rcode == "SERVFAIL"
    ]
    healthy = {answer.server for answer in answers if answer.zone in {o.zone for o in bad}}
    names = [name for name in dict.fromkeys(o.server for o in bad) if name not in healthy]
    if healthy and names:
        yield make_finding(
            "dns.servfail",
            evidence.target.host_display,
            ids((*bad, *answers)),
            severity="warning",
            symptom="other-error",
            variant="one_server",
            servers=", ".join(names),
            others=", ".join(sorted(healthy)),
        )


_REFUSALS = {"SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"}
_FAILING = {Failure.DNS_SERVFAIL, Failure.RESOLVER_SILENT}


def _variant_of(
    state_by_server: dict[str, NameServerState], kind: NameServerState, zone: str, usual: str
) -> dict[str, str]:
    """Return the variant; for names that lack their final dot, their right form too."""
    bad = [server for server, state in state_by_server.items() if state == kind]
    if kind == "missing" and all(as_address(server) for server in bad):
        return {"variant": "address"}
    meant = [name_without_zone(server, zone) for server in bad]
    if kind != "missing" or not all(meant):
        return {"variant": usual if usual == "own" else _VARIANTS.get(kind, usual)}
    return {"variant": "doubled", "meant": ", ".join(map(with_final_dot, meant))}


def _names(state_by_server: dict[str, NameServerState], kind: NameServerState) -> str:
    return ", ".join(server for server, state in state_by_server.items() if state == kind)


@concludes("dns.inconsistent")
def servers_differ(evidence: Evidence) -> Iterator[Finding]:
    """
    Servers of one zone give different answers, and each server always gives the same one.

    A server whose own answers change balances load, and so do three or more versions with one
    serial number. Two versions are an old and a new copy (RFC 1035, section 3.3.13).
    """
    answers = differing_answers(evidence)
    if answers:
        versions = dict.fromkeys(", ".join(server.answer) or "–" for server in answers)
        yield make_finding(
            "dns.inconsistent",
            evidence.target.host_display,
            ids(answers),
            versions=" / ".join(versions),
        )


def differing_answers(evidence: Evidence) -> tuple[AuthorityObservation, ...]:
    """Return the answers of servers that have different copies of the zone; () if they agree."""
    answers = authoritative_answers(evidence, evidence.target.host)
    versions = {server.answer for server in answers}
    serials = {server.serial for server in answers if server.serial is not None}
    if len(versions) < _TWO_VERSIONS or any(answer.other_answers for answer in answers):
        return ()
    # Several versions with one serial are load balancing (docs/decisions/0014).
    if len(serials) < _TWO_VERSIONS and len(versions) > _TWO_VERSIONS:
        return ()
    return tuple(answers)
