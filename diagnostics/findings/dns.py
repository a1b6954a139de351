"""Rules about the name."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.failures import Failure
from diagnostics.findings.evidence import Evidence, ids
from diagnostics.findings.model import Finding, finding
from diagnostics.findings.registry import rule
from diagnostics.observations import DnsObservation

_CDN_SERVERS = ("cloudflare", "ddos-guard", "qrator", "variti", "akamaighost", "gcore", "imperva")
_CDN_HEADERS = ("cf-ray", "x-sucuri-id")


def name_failure(lookups: tuple[DnsObservation, ...]) -> tuple[str, str] | None:
    """
    Why a name gives no address at all: the code, and the CNAME it ends at.

    A and AAAA are one name: "does not exist" (RFC 8020) from either counts for both, while
    "no such record" must come from both (RFC 2308).
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


@rule
def name_gives_no_address(evidence: Evidence) -> Iterator[Finding]:
    """The name does not exist, has no address, or its servers fail (RFC 1035, section 4.1.1)."""
    failed = name_failure(evidence.lookups)
    if failed:
        code, alias = failed
        yield finding(code, evidence.target.host_display, ids(evidence.lookups), alias=alias)


@rule
def address_is_private(evidence: Evidence) -> Iterator[Finding]:
    """A public name points where the Internet does not reach (RFC 1918, RFC 6890)."""
    lookups = tuple(lookup for lookup in evidence.lookups if lookup.forbidden)
    if lookups:
        addresses = ", ".join(a for lookup in lookups for a in lookup.forbidden)
        yield finding(
            "dns.private_address", evidence.target.host_display, ids(lookups), addresses=addresses
        )


@rule
def address_is_wrong(evidence: Evidence) -> Iterator[Finding]:
    """
    None of the expected addresses is published, in the families that were expected.

    A CDN in front publishes its own addresses, so its answers forbid the conclusion.
    """
    expected = {str(address): address.version for address in evidence.expect_addresses}
    wanted = {"A" if version == 4 else "AAAA" for version in expected.values()}  # noqa: PLR2004
    lookups = tuple(o for o in evidence.lookups if o.record_type in wanted)
    found = {record for lookup in lookups for record in lookup.records}
    if expected and found and not found & set(expected) and not is_behind_cdn(evidence):
        yield finding(
            "dns.wrong_address",
            evidence.target.host_display,
            ids(lookups),
            expected=", ".join(expected),
            addresses=", ".join(sorted(found)),
        )


@rule
def resolver_is_unreachable(evidence: Evidence) -> Iterator[Finding]:
    """Our own resolver is silent or refuses us: nothing is known about the name."""
    lookups = evidence.lookups
    if not lookups or any(o.records for o in lookups) or name_failure(lookups):
        return
    ours = tuple(o for o in lookups if o.failure is not None and o.failure.is_ours)
    if ours:
        yield finding("dns.resolver_unreachable", evidence.target.host_display, ids(ours))


def is_behind_cdn(evidence: Evidence) -> bool:
    """Whether an answer carries the marks of a CDN or a shield in front of the site."""
    return any(
        page.headers.get("server", "").lower().startswith(_CDN_SERVERS)
        or any(header in page.headers for header in _CDN_HEADERS)
        for page in evidence.requests
    )
