"""Rules about the addresses that a name resolves to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from diagnostics.catalogue import Finding, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.dns_evidence import authoritative_answers, minutes
from diagnostics.rules.evidence import Evidence, ids

# Load balancing by DNS uses TTLs of five minutes or less.
_LONG_TTL_S = 600
_CDN_SERVERS = ("cloudflare", "ddos-guard", "qrator", "variti", "akamaighost", "gcore", "imperva")
_CDN_HEADERS = ("cf-ray", "x-sucuri-id")


@concludes("dns.private_address")
def address_is_private(evidence: Evidence) -> Iterator[Finding]:
    """
    A public name has an address that the Internet can't reach (RFC 1918, RFC 6890).

    If it has a reachable address too, this is a warning: most visitors use that one.
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
    None of the expected addresses is published; only their address families are compared.

    A CDN publishes its own addresses, so nothing is concluded behind one. If the name's own servers
    already give the expected address, only caches are outdated (RFC 1034, section 3.6: the TTL
    tells for how long).
    """
    expected = {str(address): address.version for address in evidence.expect_addresses}
    wanted = {"A" if version == 4 else "AAAA" for version in expected.values()}  # noqa: PLR2004
    lookups = tuple(o for o in evidence.lookups if o.record_type in wanted)
    published = {record for lookup in lookups for record in lookup.records}
    if expected and published and not published & set(expected) and not has_cdn_in_front(evidence):
        answers = authoritative_answers(evidence, evidence.target.host)
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

    The servers agree with each other, and the cached answer stays valid for long (RFC 1034, section
    3.6): the address was changed, and some visitors still reach the old one. Nothing is concluded
    from short-lived answers, which load balancing uses, and for names with aliases.
    """
    lookups = [o for o in evidence.lookups if o.record_type == "A" and o.records and not o.aliases]
    answers = [
        a for a in authoritative_answers(evidence, evidence.target.host) if a.record_type == "A"
    ]
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
    """Check whether any of several addresses is expected; one address per family are a pair."""
    return len(versions) > len(set(versions.values()))


def has_cdn_in_front(evidence: Evidence) -> bool:
    """Check whether an answer has the headers of a CDN or a DDoS protection."""
    return any(
        page.headers.get("server", "").lower().startswith(_CDN_SERVERS)
        or any(header in page.headers for header in _CDN_HEADERS)
        for page in evidence.requests
    )
