"""Rules about the name itself: does it exist, and does anybody answer for it."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import NO_SUCH_RECORD, Failure
from diagnostics.observations import DnsObservation, NameCheckObservation, Observation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.dns_evidence import authoritative, checks, minutes, registration
from diagnostics.rules.dns.final_dot import name_without_zone, with_final_dot
from diagnostics.rules.dns.servers import differing, servers_fail
from diagnostics.rules.dns.signature import signature_fails
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.targets import as_address


@concludes("dns.nxdomain", "dns.no_address", "dns.servfail", "dns.cname_dangling", "dns.cname_loop")
def name_failure(lookups: tuple[DnsObservation, ...]) -> tuple[str, str] | None:
    """
    Why a name gives no address at all: the code, and the CNAME it ends at.

    A and AAAA are one name: "does not exist" (RFC 8020, section 2) from either counts for both,
    while "no such record" must come from both (RFC 2308, section 2.2). After a CNAME it is the
    alias that leads nowhere, or in a circle (RFC 1034, section 3.6.2). A server's failure (RFC
    2308, section 7.1) that comes again is named so only where nothing finer can be shown.
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
def _is_absent(domain: NameCheckObservation, lookups: tuple[DnsObservation, ...]) -> bool:
    """
    Whether the parent zone says that the registered domain itself does not exist (RFC 8020).

    The SOA that comes with the answer names the zone that denies (RFC 2308, section 3).
    The registry then tells why: RDAP (RFC 9083) or WHOIS (RFC 3912).
    """
    if domain.failure is Failure.DNS_NXDOMAIN:
        return True
    if domain.failure is None or domain.failure is Failure.DNS_NO_DATA:
        return False
    deniers = {lookup.denied_by for lookup in lookups if lookup.denied_by is not None}
    return any(domain.name.endswith(f".{denier}") for denier in deniers)


@concludes(asks=(name_failure, signature_fails, servers_fail, _is_absent))
def name_gives_no_address(evidence: Evidence) -> Iterator[Finding]:
    """
    The name does not exist, has no address, or its servers fail (RFC 1035, section 4.1.1).

    A failure is explained as finely as was measured. One that is gone when asked again, and
    servers that contradict each other, say nothing certain of the name.
    """
    failed = name_failure(evidence.lookups)
    code, alias = failed or ("", "")
    if not code or code == "dns.servfail":
        finer = signature_fails(evidence) or servers_fail(evidence)
        if finer is not None:
            yield finer
        elif code and not _is_gone(evidence):
            yield _servfail(evidence, alias)
        return
    if code in {"dns.nxdomain", "dns.no_address"} and not alias:
        missing = _missing(evidence, code)
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


def _is_gone(evidence: Evidence) -> bool:
    """Whether the failure did not come again."""
    again = next(checks(evidence, "again"), None)
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


def _missing(evidence: Evidence, code: str) -> Finding | None:
    """Say what is missing: the ending, the domain, the host; or only a cache's memory."""
    # Some servers have the name and some don't: `dns.inconsistent` says it.
    if differing(evidence):
        return None
    subject, lookups = evidence.target.host_display, evidence.lookups
    answers = authoritative(evidence, evidence.target.host)
    # They deny it falsely whenever IPv6 is asked for: waiting ends nothing (`dns.false_denial`).
    if any(server.records and server.aaaa_rcode == "NXDOMAIN" for server in answers):
        return None
    # Its own servers have it: only a resolver's memory of the denial is in the way (RFC 2308).
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
        registered = list(checks(evidence, "registered"))
        ending = next((check for check in registered if "." not in check.name), None)
        if ending is not None and ending.failure is Failure.DNS_NXDOMAIN:
            return make_finding(
                code, subject, ids((*lookups, ending)), variant="ending", ending=ending.name
            )
        domain = next((check for check in registered if "." in check.name), None)
        if domain is not None and _is_absent(domain, lookups):
            return _not_delegated(evidence, domain)
    return _neighbourly(evidence, code)


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
        _shown(domain.name),
        ids((*evidence.lookups, domain, *([registered] if registered else []))),
        fixer="customer" if variant in {"expired", "absent", "not_delegated"} else None,
        variant=variant,
        until=f"{until:%Y-%m-%d}" if until else "",
        statuses=", ".join(registered.statuses) if registered else "",
        registrar=registered.registrar if registered else "",
    )


def _shown(name: str) -> str:
    """A domain as people write it; one that can't be decoded stays as it is."""
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name


def _neighbourly(evidence: Evidence, code: str) -> Finding:
    """The name is missing; perhaps its neighbour was meant, or a final dot forgotten."""
    doubled = next((check for check in checks(evidence, "doubled") if check.records), None)
    neighbour = next((check for check in checks(evidence, "neighbour") if check.records), None)
    alias = next((lookup.aliases[-1] for lookup in evidence.lookups if lookup.aliases), "")
    variant = ""
    seen: list[Observation] = [*evidence.lookups, *authoritative(evidence, evidence.target.host)]
    # A record without its final dot is taken below the zone: host.shop.example.shop.example.
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
        neighbour=_shown(neighbour.name) if neighbour else "",
        doubled=_shown(doubled.name) if doubled else "",
    )


@concludes("dns.resolver_unreachable")
def resolver_is_unreachable(evidence: Evidence) -> Iterator[Finding]:
    """
    Our own resolver is silent, refuses us (RFC 1035, section 4.1.1) or can't be understood.

    Nothing is known about the name then, unless its own servers were seen to fail.
    """
    lookups = evidence.lookups
    if not lookups or any(o.records for o in lookups) or name_failure(lookups):
        return
    ours = tuple(o for o in lookups if o.failure is not None and o.failure.is_ours)
    if ours and servers_fail(evidence) is None:
        yield make_finding("dns.resolver_unreachable", evidence.target.host_display, ids(ours))
