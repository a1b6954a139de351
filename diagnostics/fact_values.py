"""Compute the values of a diagnosis's facts from its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from pydantic import JsonValue

from diagnostics.catalogue import Finding
from diagnostics.observations import (
    HttpObservation,
    PingObservation,
    RegistrationObservation,
    TlsObservation,
)
from diagnostics.options import MAIL_PORTS
from diagnostics.rules import Evidence, Verdict, customer_view, vantage_views, whole_phases
from diagnostics.rules.mail import mail_facts as mail


def measured_facts(evidence: Evidence, measured_at: datetime) -> dict[str, JsonValue]:
    """
    Return the facts that come from observations rather than findings; unknown ones are left out.

    With several addresses the worst value counts: the fewest days, the slowest answer, the highest
    loss. Days are counted from `measured_at`.
    """
    values_by_name = {name: read(evidence, measured_at) for name, read in _READERS.items()}
    return {name: value for name, value in values_by_name.items() if value is not None}


def seen_from_fact(evidence: Evidence, verdict: Verdict) -> JsonValue:
    """
    Return who reaches the target: everybody, nobody, all but the customer, or some places.

    None if no other vantage has a result, or our own diagnosis is inconclusive.
    """
    known = [view for view in vantage_views(evidence) if view.reaches is not None]
    if not known or verdict == "inconclusive":
        return None
    reaches = {view.viewer: bool(view.reaches) for view in known} | {"": verdict != "fault"}
    if len(set(reaches.values())) == 1:
        return "everywhere" if reaches[""] else "nowhere"
    own = customer_view(evidence)
    failing = [viewer for viewer, is_reached in reaches.items() if not is_reached]
    return "not-by-the-customer" if own and failing == [own.viewer] else "some-places"


def _pings(evidence: Evidence) -> Iterator[PingObservation]:
    return (
        ping for ping in evidence.pings if ping.sent and (ping.failure is None or ping.received)
    )


def _loss_percent(evidence: Evidence, _: datetime) -> JsonValue:
    ratios = [ping.loss_ratio for ping in _pings(evidence) if not ping.is_limited]
    return max((round(ratio * 100) for ratio in ratios if ratio is not None), default=None)


def _round_trip_ms(evidence: Evidence, _: datetime) -> JsonValue:
    medians = [ping.rtt_median_s for ping in _pings(evidence)]
    return max((round(median * 1000, 1) for median in medians if median is not None), default=None)


def _addresses(evidence: Evidence, _: datetime) -> JsonValue:
    known = [
        lookup
        for lookup in evidence.lookups
        if lookup.failure is None or not lookup.failure.is_ours
    ]
    return len(evidence.addresses) if known or evidence.target.address is not None else None


def _has_ipv6(evidence: Evidence, measured_at: datetime) -> JsonValue:
    if _addresses(evidence, measured_at) is None:
        return None
    return _yes_no(any(":" in address for address in evidence.addresses))


def _domain_days_left(evidence: Evidence, measured_at: datetime) -> JsonValue:
    ends = [
        observation.expires_at
        for observation in evidence.observations
        if isinstance(observation, RegistrationObservation) and observation.expires_at is not None
    ]
    return min((_days(end, measured_at) for end in ends), default=None)


def _own_handshakes(evidence: Evidence) -> list[TlsObservation]:
    return [
        handshake
        for handshake in evidence.handshakes
        if handshake.host == evidence.target.host and handshake.chain
    ]


def _certificate_days_left(evidence: Evidence, measured_at: datetime) -> JsonValue:
    chains = [handshake.chain for handshake in _own_handshakes(evidence)]
    return min((_days(chain[0].not_after, measured_at) for chain in chains), default=None)


def _certificate_fits_name(evidence: Evidence, _: datetime) -> JsonValue:
    return _all_of(handshake.name_matches for handshake in _own_handshakes(evidence))


def _certificate_trusted(evidence: Evidence, _: datetime) -> JsonValue:
    return _all_of(handshake.is_trusted for handshake in _own_handshakes(evidence))


def _certificate_issuer(evidence: Evidence, _: datetime) -> JsonValue:
    return next((handshake.chain[0].issuer for handshake in _own_handshakes(evidence)), None)


def _tls_version(evidence: Evidence, _: datetime) -> JsonValue:
    return next(
        (handshake.version for handshake in _own_handshakes(evidence) if handshake.version), None
    )


def _pages(evidence: Evidence) -> tuple[HttpObservation, ...]:
    return evidence.chain(evidence.open_way).pages if evidence.open_way else ()


def _first_byte_ms(evidence: Evidence, _: datetime) -> JsonValue:
    times = [page.first_byte_s for page in _pages(evidence)]
    return max((round(value * 1000) for value in times if value is not None), default=None)


def _page_ms(evidence: Evidence, _: datetime) -> JsonValue:
    """Return the time from the DNS query to the end of the page, with all redirects."""
    pages = [page for page in _pages(evidence) if page.failure is None]
    seconds = [sum(whole_phases(evidence, page).values()) for page in pages]
    return round(sum(seconds) * 1000) if seconds else None


def slowness_facts(findings: Iterable[Finding]) -> dict[str, JsonValue]:
    """Return which phase of the request is slow and in how many tries; {} if the page isn't."""
    slow = next((finding for finding in findings if finding.code == "http.slow"), None)
    if slow is None:
        return {}
    facts: dict[str, JsonValue] = {"slow-phase": str(slow.parameters["phase"]).replace("_", "-")}
    tries = slow.parameters.get("slow_tries")
    return facts | ({"slow-tries": tries} if tries else {})


def _redirects(evidence: Evidence, _: datetime) -> JsonValue:
    pages = _pages(evidence)
    return len(pages) - 1 if pages else None


def _days(end: datetime, measured_at: datetime) -> int:
    # Rounded down: something that ended an hour ago has -1 days left, not 0.
    return (end - measured_at) // timedelta(days=1)


def _all_of(truths: Iterable[bool | None]) -> JsonValue:
    known = [truth for truth in truths if truth is not None]
    return _yes_no(all(known)) if known else None


def _yes_no(truth: bool) -> str:  # noqa: FBT001 - it is the answer itself
    return "yes" if truth else "no"


_READERS: Mapping[str, Callable[[Evidence, datetime], JsonValue]] = {
    "loss-percent": _loss_percent,
    "round-trip-ms": _round_trip_ms,
    "addresses": _addresses,
    "has-ipv6": _has_ipv6,
    "domain-days-left": _domain_days_left,
    "certificate-days-left": _certificate_days_left,
    "certificate-fits-name": _certificate_fits_name,
    "certificate-trusted": _certificate_trusted,
    "certificate-issuer": _certificate_issuer,
    "tls-version": _tls_version,
    "first-byte-ms": _first_byte_ms,
    "page-ms": _page_ms,
    "redirects": _redirects,
}


def mail_facts(evidence: Evidence, measured_at: datetime) -> dict[str, JsonValue]:
    """Return the facts about a domain's mail that come from observations; unknown ones left out."""
    days = [_days(end, measured_at) for end in mail.certificate_ends(evidence)]
    values_by_name: dict[str, JsonValue] = {
        "mx": mail.has_mx(evidence),
        "mx-count": mail.count_servers(evidence),
        **{service: mail.port_state(evidence, service) for service in MAIL_PORTS},
        "spf": mail.spf_state(evidence),
        "dmarc": mail.dmarc_state(evidence),
        "certificate-days-left": min(days, default=None),
    }
    return {name: value for name, value in values_by_name.items() if value is not None}
