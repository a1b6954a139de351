"""Rules about what the web server answers."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from diagnostics.failures import Failure
from diagnostics.findings.dns import name_failure
from diagnostics.findings.evidence import Evidence, Way, ids, place_of
from diagnostics.findings.greetings import speaks_otherwise
from diagnostics.findings.model import Finding, Severity, finding
from diagnostics.findings.pages import page_kind
from diagnostics.findings.registry import rule
from diagnostics.findings.tcp import answers_another_name, other_names_answer
from diagnostics.observations import HttpObservation
from diagnostics.targets import registered_domain
from diagnostics.texts import visible

# RFC 9110, section 15; RFC 6585 for 429.
_BY_STATUS = {
    401: "http.auth_required",
    403: "http.forbidden",
    451: "http.forbidden",
    404: "http.not_found",
    410: "http.not_found",
    421: "http.vhost_missing",
    429: "http.rate_limited",
    502: "http.bad_gateway",
    503: "http.unavailable",
    504: "http.gateway_timeout",
}
_BY_FAILURE = {
    Failure.HTTP_STALLED: "http.timeout",
    Failure.HTTP_TRUNCATED: "http.truncated",
    Failure.HTTP_MALFORMED: "http.malformed",
}
_DROPPED = {Failure.HTTP_CLOSED, Failure.TCP_RESET}
_SERVER_ERRORS = range(500, 600)
_CDN_ERRORS = {*range(520, 528), 530}  # no RFC: what CDNs say about the server behind them
_SLOW_S = 3.0
_OK = 200
_PLAIN_ON_TLS = (
    ("plain http request", "https port"),
    ("speaking plain http to an ssl-enabled server port", ""),
    ("client sent an http request to an https server", ""),
)


def code_of_page(page: HttpObservation, evidence: Evidence) -> str | None:
    """What is wrong with one page; None when nothing is, or it redirects."""
    if page.failure in _BY_FAILURE:
        return None if speaks_otherwise(page.first_bytes) else _BY_FAILURE[page.failure]
    if page.status is None or page.next_url:
        return None
    if _was_asked_in_plain(page):
        return "http.plain_on_tls_port"
    kind = page_kind(page, evidence.extra_pages)
    if kind == "http.directory_listing" and urlsplit(page.url).path != "/":
        kind = None  # a folder of files somewhere in a site may well be meant
    return kind or _code_of_status(page, page.status)


def _code_of_status(page: HttpObservation, status: int) -> str | None:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in _CDN_ERRORS:
        return "http.cdn_origin_error"
    if status in _SERVER_ERRORS:
        return "http.server_error"
    return "http.empty_page" if status == _OK and page.body_size_bytes == 0 else None


def _was_asked_in_plain(page: HttpObservation) -> bool:
    text = page.body_start.lower()
    return page.url.startswith("http://") and any(
        one in text and other in text for one, other in _PLAIN_ON_TLS
    )


@rule
def page_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """The page that a way ends at is an error, empty, cut, or not the site."""
    for way in evidence.ways:
        first = evidence.first_pages(way)
        codes = {page.id: code_of_page(page, evidence) for page in first}
        broken = [page for page in first if codes[page.id]]
        works = [page for page in first if page.status is not None and not codes[page.id]]
        for code in dict.fromkeys(codes[page.id] for page in broken):
            here = [page for page in broken if codes[page.id] == code]
            if code:
                yield _finding(code, evidence, way, here, is_partial=bool(works))
        end = evidence.chain(way).end
        code = code_of_page(end, evidence) if end else None
        if end and code and end not in first:
            yield _finding(code, evidence, way, [end])


@rule
def answer_never_completes(evidence: Evidence) -> Iterator[Finding]:
    """The server speaks, and this request gets nothing within the time limit."""
    for way in evidence.ways:
        first = evidence.first_pages(way)
        silent = [page for page in first if page.failure is Failure.HTTP_SILENT]
        speaks = way.scheme == "https" or answers_another_name(evidence, way.port)
        if silent and speaks:
            yield _finding("http.timeout", evidence, way, silent, is_partial=silent != list(first))
        last = _last_of(evidence, way)
        if last and last not in first and last.failure is Failure.HTTP_SILENT:
            yield _finding("http.timeout", evidence, way, [last])
        if last and last not in first and last.failure in _BY_FAILURE:
            yield _finding(_BY_FAILURE[last.failure], evidence, way, [last])


def _last_of(evidence: Evidence, way: Way) -> HttpObservation | None:
    pages = [page for page in evidence.requests if page.way == way.scheme]
    return max(pages, key=lambda page: page.hop, default=None)


@rule
def server_answers_other_names_only(evidence: Evidence) -> Iterator[Finding]:
    """
    The connection is closed for this name, and the same request for the address is answered.

    A web server may be set to say nothing to names that it does not know.
    """
    for way in evidence.ways:
        if other_names_answer(evidence, way.port):
            pages = [p for p in evidence.first_pages(way) if p.failure in _DROPPED]
            others = [p for p in evidence.by_address if p.port == way.port and p.status is not None]
            if pages:
                yield _finding("http.vhost_missing", evidence, way, [*others, *pages])


@rule
def redirects_end_elsewhere(evidence: Evidence) -> Iterator[Finding]:
    """
    The site ends at a domain that somebody registered apart (RFC 9110, section 15.4).

    Judged by the public suffix list; www, the bare name and other names under the same registered
    domain are the same site.
    """
    if evidence.target.kind != "domain" or evidence.leading is None:
        return
    chain = evidence.chain(evidence.leading)
    end = chain.end
    if end is None or end.status is None or not _is_elsewhere(evidence.target.host, end.host):
        return
    shown = visible(end.url, 120)
    yield _finding(
        "http.redirect_elsewhere", evidence, evidence.leading, list(chain.pages), next=shown
    )


def _is_elsewhere(host: str, end: str) -> bool:
    return registered_domain(host) != registered_domain(end)


@rule
def first_byte_is_late(evidence: Evidence) -> Iterator[Finding]:
    """The page comes, more than three seconds after it was asked for."""
    for way in evidence.ways:
        seen = [*evidence.first_pages(way), *evidence.chain(way).pages]
        slow = [
            page
            for page in {page.id: page for page in seen}.values()
            if page.failure is None and (page.first_byte_s or 0) > _SLOW_S
        ]
        if slow:
            seconds = round(slow[0].first_byte_s or 0, 1)
            yield _finding("http.slow", evidence, way, slow, seconds=seconds)


@rule
def redirects_never_end(evidence: Evidence) -> Iterator[Finding]:
    """
    Redirects form a circle or exceed ten (RFC 9110, section 15.4).

    A page that redirects to itself while it sets a cookie may wait for that cookie, which we
    don't send: nothing is said then.
    """
    for way in evidence.ways:
        chain = evidence.chain(way)
        waits_for_cookie = len(chain.pages) == 1 and chain.pages[0].sets_cookie
        if chain.ending == "loop" and not waits_for_cookie:
            yield _finding(
                "http.redirect_loop",
                evidence,
                way,
                list(chain.pages),
                next=visible(chain.next_url or "", 120),
            )


@rule
def redirect_leads_nowhere(evidence: Evidence) -> Iterator[Finding]:
    """A redirect names a host that does not resolve or connect, or may not be contacted."""
    for way in evidence.ways:
        chain = evidence.chain(way)
        last = _last_of(evidence, way)
        if last and last.failure is Failure.TARGET_FORBIDDEN:
            before = [page for page in chain.pages if page.next_url == last.url]
            yield _bad_target(evidence, way, [*before, last], last.url)
        elif chain.ending == "lost" and chain.next_url:
            host, port = place_of(chain.next_url)
            lookups, contacts = evidence.lookups_of(host), evidence.contacts_of(host, port)
            is_closed = bool(contacts) and all(
                c.failure is not None and not c.failure.is_ours for c in contacts
            )
            is_inside = any(lookup.forbidden for lookup in lookups)
            if host != evidence.target.host and (name_failure(lookups) or is_closed or is_inside):
                symptom = "name-not-found" if not is_closed else "timed-out"
                yield _bad_target(evidence, way, list(chain.pages), chain.next_url, symptom)


def _bad_target(
    evidence: Evidence,
    way: Way,
    pages: list[HttpObservation],
    url: str,
    symptom: str | None = None,
) -> Finding:
    shown = visible(url, 120)
    return _finding("http.bad_redirect_target", evidence, way, pages, symptom=symptom, next=shown)


def _finding(  # noqa: PLR0913 - what a page's finding needs
    code: str,
    evidence: Evidence,
    way: Way,
    pages: list[HttpObservation],
    *,
    is_partial: bool = False,
    symptom: str | None = None,
    **parameters: str | float,
) -> Finding:
    """
    Name the page; a warning where visitors usually don't meet it.

    They don't where another address answers well, or on a way that a browser does not end on.
    """
    page = pages[0] if code == "http.redirect_elsewhere" else pages[-1]
    is_aside = way != evidence.leading
    severity: Severity | None = "warning" if is_partial or is_aside else None
    if page.status is not None:
        parameters |= {"status": page.status}
    if page.status is not None and code == "http.server_error" and page.status != 500:  # noqa: PLR2004
        symptom = "other-error"
    return finding(
        code,
        visible(page.url, 120),
        ids(pages),
        severity=severity,
        symptom=symptom,
        parameters=parameters,
    )
