"""Rules about the name itself: whether it exists and has an address."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import NO_SUCH_RECORD, Failure
from diagnostics.observations import DnsObservation, NameCheckObservation, Observation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.dns_evidence import (
    authoritative_answers,
    minutes,
    name_checks,
    registration,
)
from diagnostics.rules.dns.final_dot import name_without_zone, with_final_dot
from diagnostics.rules.dns.servers import differing_answers, servers_fail
from diagnostics.rules.dns.signature import signature_fails
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.targets import as_address


@concludes("dns.nxdomain", "dns.no_address", "dns.servfail", "dns.cname_dangling", "dns.cname_loop")
def name_failure(lookups: tuple[DnsObservation, ...]) -> tuple[str, str] | None:
    """
    The lookups of A and AAAA find no address; the answers tell why.

    "Does not exist" (RFC 8020, section 2) from either lookup holds for the name, while "no such
    record" must come from both (RFC 2308, section 2.2). Behind a CNAME, the alias is what leads
    nowhere or in a circle (RFC 1034, section 3.6.2). A server failure (RFC 2308, section 7.1) that
    is repeated is reported as such only if no more exact cause is found.
    """
    if not lookups or any(lookup.records for lookup in lookups):
        return None
    failures = [lookup.failure for lookup in lookups]
    alias = next((lookup.aliases[-1] for lookup in lookups if lookup.aliases), "")
    if Failure.DNS_CNAME_LOOP in failures:
        return "dns.cname_loop", alias
    if Failure.DNS_NXDOMAIN in failures:
        return ("dns.cname_dangling" if alias else "dns.nxdomain"), alias
    if Failure.DNS_SERVFAIL in failures:
        return "dns.servfail", alias
    if all(failure is Failure.DNS_NO_DATA for failure in failures):
        return "dns.no_address", alias
    return None


@concludes("dns.domain_not_delegated")
def _is_undelegated(domain: NameCheckObservation, lookups: tuple[DnsObservation, ...]) -> bool:
    """
    The parent zone answers that the registered domain itself does not exist (RFC 8020).

    The SOA record in the answer names the zone that denies it (RFC 2308, section 3). The registry
    tells why: by RDAP (RFC 9083) or WHOIS (RFC 3912).
    """
    if domain.failure is Failure.DNS_NXDOMAIN:
        return True
    if domain.failure is None or domain.failure is Failure.DNS_NO_DATA:
        return False
    deniers = {lookup.denied_by for lookup in lookups if lookup.denied_by is not None}
    return any(domain.name.endswith(f".{denier}") for denier in deniers)


@concludes(asks=(name_failure, signature_fails, servers_fail, _is_undelegated))
def name_gives_no_address(evidence: Evidence) -> Iterator[Finding]:
    """
    The name does not exist, has no address, or its servers fail (RFC 1035, section 4.1.1).

    The most exact cause that was measured is reported. Nothing is concluded from a failure that
    doesn't repeat, or from servers that contradict each other.
    """
    failed = name_failure(evidence.lookups)
    code, alias = failed or ("", "")
    if not code or code == "dns.servfail":
        exact = signature_fails(evidence) or servers_fail(evidence)
        if exact is not None:
            yield exact
        elif code and not _has_passed(evidence):
            yield _servfail(evidence, alias)
        return
    if code in {"dns.nxdomain", "dns.no_address"} and not alias:
        missing = _missing_name(evidence, code)
        if missing is not None:
            yield missing
        return
    meant = name_without_zone(alias, evidence.target.host) if code == "dns.cname_dangling" else ""
    yield make_finding(
        code,
        evidence.target.host_display,
        ids(evidence.lookups),
        alias=alias,
        variant="doubled" if meant else "address" if as_address(alias) else "",
        meant=with_final_dot(meant),
    )


def _has_passed(evidence: Evidence) -> bool:
    """Check whether the failure didn't repeat in a second lookup."""
    again = next(name_checks(evidence, "again"), None)
    return again is not None and (again.failure is None or again.failure in NO_SUCH_RECORD)


def _servfail(evidence: Evidence, alias: str) -> Finding:
    errors = [error for lookup in evidence.lookups for error in lookup.extended_errors]
    return make_finding(
        "dns.servfail",
        evidence.target.host_display,
        ids(evidence.lookups),
        alias=alias,
        variant="explained" if errors else "",
        extended="; ".join(dict.fromkeys(errors)),
    )


def _missing_name(evidence: Evidence, code: str) -> Finding | None:
    """
    Return a finding about what is missing: the top-level domain, the domain or the host.

    Or the name exists, and only caches still deny it. None if another rule reports the cause.
    """
    # If only some servers have the name, `dns.inconsistent` reports it.
    if differing_answers(evidence):
        return None
    subject, lookups = evidence.target.host_display, evidence.lookups
    answers = authoritative_answers(evidence, evidence.target.host)
    # `dns.false_denial` reports servers that deny the name whenever IPv6 is asked for.
    if any(server.records and server.aaaa_rcode == "NXDOMAIN" for server in answers):
        return None
    # The name's own servers have it: only resolvers still cache the denial (RFC 2308).
    if answers and all(server.answer for server in answers):
        seconds = max((lookup.negative_ttl_s or 0 for lookup in lookups), default=0)
        return make_finding(
            code,
            subject,
            ids((*lookups, *answers)),
            variant="cached",
            addresses=", ".join(answers[0].answer),
            wait_minutes=minutes(seconds),
        )
    if code == "dns.nxdomain":
        registered = list(name_checks(evidence, "registered"))
        ending = next((check for check in registered if "." not in check.name), None)
        if ending is not None and ending.failure is Failure.DNS_NXDOMAIN:
            return make_finding(
                code, subject, ids((*lookups, ending)), variant="ending", ending=ending.name
            )
        domain = next((check for check in registered if "." in check.name), None)
        if domain is not None and _is_undelegated(domain, lookups):
            return _not_delegated(evidence, domain)
    return _missing_host(evidence, code)


def _not_delegated(evidence: Evidence, domain: NameCheckObservation) -> Finding:
    registered = registration(evidence)
    state = (
        registered.state if registered is not None and registered.state != "registered" else None
    )
    until = registered.expires_at if registered is not None else None
    variant = state or ""
    if variant == "expired" and until is None:
        variant = ""
    return make_finding(
        "dns.domain_not_delegated",
        _display_name(domain.name),
        ids((*evidence.lookups, domain, *([registered] if registered else []))),
        fixer="customer" if variant in {"expired", "absent", "not_delegated"} else None,
        variant=variant,
        until=f"{until:%Y-%m-%d}" if until else "",
        statuses=", ".join(registered.statuses) if registered else "",
        registrar=registered.registrar if registered else "",
    )


def _display_name(name: str) -> str:
    """Decode an international domain name; return one that can't be decoded as it is."""
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name


def _missing_host(evidence: Evidence, code: str) -> Finding:
    """Return a finding about a missing name, with a similar or doubled name that exists."""
    doubled = next((check for check in name_checks(evidence, "doubled") if check.records), None)
    neighbour = next((check for check in name_checks(evidence, "neighbour") if check.records), None)
    alias = next((lookup.aliases[-1] for lookup in evidence.lookups if lookup.aliases), "")
    variant = ""
    seen: list[Observation] = [
        *evidence.lookups,
        *authoritative_answers(evidence, evidence.target.host),
    ]
    # Without its final dot, a record ends up as host.shop.example.shop.example.
    if doubled is not None and code == "dns.nxdomain":
        variant = "doubled"
        seen.append(doubled)
    elif neighbour is not None:
        variant = "neighbour"
        seen.append(neighbour)
    return make_finding(
        code,
        evidence.target.host_display,
        ids(seen),
        alias=alias,
        variant=variant,
        neighbour=_display_name(neighbour.name) if neighbour else "",
        doubled=_display_name(doubled.name) if doubled else "",
    )


@concludes("dns.resolver_unreachable")
def resolver_is_unreachable(evidence: Evidence) -> Iterator[Finding]:
    """
    Our own resolver doesn't answer, refuses us (RFC 1035, section 4.1.1) or sends nonsense.

    Nothing is known about the name then, unless its own servers were seen to fail.
    """
    lookups = evidence.lookups
    if not lookups or any(o.records for o in lookups) or name_failure(lookups):
        return
    ours = tuple(o for o in lookups if o.failure is not None and o.failure.is_ours)
    if ours and servers_fail(evidence) is None:
        yield make_finding("dns.resolver_unreachable", evidence.target.host_display, ids(ours))
