"""Rules about the addresses that a name leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from diagnostics.catalogue import Finding, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.dns_evidence import authoritative, minutes
from diagnostics.rules.evidence import Evidence, ids

# Load balancing by names lives on answers of five minutes and less.
_LONG_TTL_S = 600
_CDN_SERVERS = ("cloudflare", "ddos-guard", "qrator", "variti", "akamaighost", "gcore", "imperva")
_CDN_HEADERS = ("cf-ray", "x-sucuri-id")


@concludes("dns.private_address")
def address_is_private(evidence: Evidence) -> Iterator[Finding]:
    """
    A public name points where the Internet does not reach (RFC 1918, RFC 6890).

    Beside an address that it reaches it is a warning: most visitors get in by that one.
    """
    lookups = tuple(lookup for lookup in evidence.lookups if lookup.forbidden)
    if not lookups:
        return
    inside = [address for lookup in lookups for address in lookup.forbidden]
    published = {record for lookup in evidence.lookups for record in lookup.records}
    outside = sorted(published - set(inside))
    yield make_finding(
        "dns.private_address",
        evidence.target.host_display,
        ids(lookups),
        severity="warning" if outside else None,
        variant="beside" if outside else "",
        addresses=", ".join(inside),
        others=", ".join(outside[:3]),
    )


@concludes("dns.wrong_address")
def address_is_wrong(evidence: Evidence) -> Iterator[Finding]:
    """
    None of the expected addresses is published, in the families that were expected.

    A CDN in front publishes its own addresses, so its answers forbid the conclusion. Where the
    name's own servers give the expected address already, only caches are behind (RFC 1034,
    section 3.6: the TTL says for how long).
    """
    expected = {str(address): address.version for address in evidence.expect_addresses}
    wanted = {"A" if version == 4 else "AAAA" for version in expected.values()}  # noqa: PLR2004
    lookups = tuple(o for o in evidence.lookups if o.record_type in wanted)
    published = {record for lookup in lookups for record in lookup.records}
    if expected and published and not published & set(expected) and not has_cdn_in_front(evidence):
        answers = authoritative(evidence, evidence.target.host)
        is_updated = bool(answers) and all(
            set(answer.records) & set(expected) for answer in answers
        )
        left_s = max((lookup.ttl_s or 0 for lookup in lookups), default=0)
        yield make_finding(
            "dns.wrong_address",
            evidence.target.host_display,
            ids((*lookups, *(answers if is_updated else ()))),
            expected=", ".join(expected),
            addresses=", ".join(sorted(published)),
            variant="cached" if is_updated else "several" if _are_several(expected) else "",
            wait_minutes=minutes(left_s),
        )


@concludes("dns.address_cached")
def address_is_remembered(evidence: Evidence) -> Iterator[Finding]:
    """
    Our resolver gives addresses that none of the name's own servers gives any more.

    They agree with each other, and the answer may be kept for long yet (RFC 1034, section 3.6), so
    the address was changed and some visitors still come to the old one. Names that spread load
    give short-lived answers, and others from elsewhere; there and behind aliases nothing follows.
    """
    lookups = [o for o in evidence.lookups if o.record_type == "A" and o.records and not o.aliases]
    answers = [a for a in authoritative(evidence, evidence.target.host) if a.record_type == "A"]
    current = {answer.records for answer in answers if not answer.aliases}
    is_asked = bool(lookups) and evidence.kind != "mail" and not evidence.expect_addresses
    if not is_asked or len(current) != 1 or not all(current):
        return
    new, old, ttl_s = set(current.pop()), set(lookups[0].records), lookups[0].ttl_s or 0
    lasts_s = min((answer.ttl_s or 0 for answer in answers), default=0)
    if new & old or min(ttl_s, lasts_s) < _LONG_TTL_S or has_cdn_in_front(evidence):
        return
    yield make_finding(
        "dns.address_cached",
        evidence.target.host_display,
        ids((*lookups, *answers)),
        addresses=", ".join(sorted(old)),
        current=", ".join(sorted(new)),
        wait_minutes=minutes(ttl_s),
    )


def _are_several(versions: Mapping[str, int]) -> bool:
    """Whether one of several addresses would do; one of each family belong together."""
    return len(versions) > len(set(versions.values()))


def has_cdn_in_front(evidence: Evidence) -> bool:
    """Whether an answer carries the marks of a CDN or a shield in front of the site."""
    return any(
        page.headers.get("server", "").lower().startswith(_CDN_SERVERS)
        or any(header in page.headers for header in _CDN_HEADERS)
        for page in evidence.requests
    )
