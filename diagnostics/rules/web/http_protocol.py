"""Rules about answers that depend on the request: HTTP version, User-Agent, or the moment."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding
from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.pages.page_finding import page_finding
from diagnostics.rules.ways import Way

_SYMPTOMS = {500, 502, 503, 504}


@concludes("http.http2_broken")
def http2_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """
    The server selects HTTP/2 by ALPN and fails in it (RFC 9113, section 5.4), but HTTP/1.1 works.

    Browsers don't fall back to HTTP/1.1, except for a server that asks for it (HTTP_1_1_REQUIRED,
    section 7).
    """
    for way in evidence.ways:
        pairs = [pair for pair in _pairs(evidence, way) if pair[0].failure is not None]
        broken = [pair for pair in pairs if pair[1].status is not None and not _is_asked(pair[0])]
        if broken:
            first = [first for first, _ in broken]
            works = [
                page
                for page in evidence.first_pages(way)
                if page.protocol == "h2" and page.status is not None and page.failure is None
            ]
            yield page_finding("http.http2_broken", evidence, way, first, works=works)


@concludes("http.http2_broken")
def http2_carries_a_forbidden_field(evidence: Evidence) -> Iterator[Finding]:
    """HTTP/2 answers have a connection header of HTTP/1.1; Safari refuses it (RFC 9113, 8.2.2)."""
    for way in evidence.ways:
        end = evidence.chain(way).end
        if end is not None and end.forbidden_field and way == evidence.open_way:
            finding = page_finding(
                "http.http2_broken",
                evidence,
                way,
                [end],
                variant="field",
                field=end.forbidden_field,
            )
            yield finding.model_copy(update={"severity": "warning"})


def _is_asked(page: HttpObservation) -> bool:
    return "HTTP_1_1_REQUIRED" in page.failure_detail


@concludes("http.programs_refused")
def programs_are_refused(evidence: Evidence) -> Iterator[Finding]:
    """
    The site answers 400, 403, 405 or 406 to our User-Agent (RFC 9110, section 10.1.5) only.

    Visitors with browsers see the site; robots, monitoring and other services may not.
    """
    for way in evidence.ways:
        refused = [first for first, again in _pairs(evidence, way) if again.as_browser]
        if refused and way == evidence.open_way:
            yield page_finding("http.programs_refused", evidence, way, refused[:1])


@concludes("http.fails_at_times")
def page_fails_at_times(evidence: Evidence) -> Iterator[Finding]:
    """
    Of two equal requests, one gets a temporary error (RFC 9110, section 15.6) and one is served.

    If the first failed, the second is sent alone and, in case requests are limited (RFC 6585,
    section 4), a second later: an error that only two simultaneous requests cause is no outage.
    """
    way = evidence.open_way
    pages = {page.id: page for page in evidence.all_of(HttpObservation)}
    for again in pages.values():
        first = pages.get(again.repeats or "")
        if way is None or first is None or not _is_same_request(first, again, way):
            continue
        failed, served = (first, again) if again.is_served else (again, first)
        status = failed.status or 0
        if served.is_served and failed.may_pass:
            is_limit = failed is first and failed.counts_requests
            yield page_finding(
                "http.fails_at_times",
                evidence,
                way,
                [failed],
                symptom=f"error-{status}" if status in _SYMPTOMS else None,
                variant="limit" if is_limit else "",
            )
            return


def _is_same_request(first: HttpObservation, again: HttpObservation, way: Way) -> bool:
    is_same_way = first.way == again.way == way.scheme
    return is_same_way and first.failure is None is again.failure and not again.as_browser


def _pairs(evidence: Evidence, way: Way) -> list[tuple[HttpObservation, HttpObservation]]:
    return [pair for pair in evidence.repeated_requests if pair[0].way == way.scheme]
