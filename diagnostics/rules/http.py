"""Rules about what the web server answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from diagnostics.catalogue import Finding
from diagnostics.catalogue.remedies import variants_of
from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation
from diagnostics.rules.banners import speaks_otherwise
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.invented_path import is_cleared
from diagnostics.rules.other_names import answers_another_name, other_names_answer
from diagnostics.rules.page_finding import last_page, page_finding
from diagnostics.rules.page_fingerprints import PAGE_CODES, PageKind, page_kind
from diagnostics.rules.page_headers import kind_of_head
from diagnostics.rules.ways import Way

STATUS_CODES = {
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
    # Nothing in a browser's first request asks for any of these (RFC 9110, 15.5.6; RFC 6585, 5).
    405: "http.bad_request",
    426: "http.bad_request",
    431: "http.bad_request",
}
_BY_FAILURE = {
    Failure.HTTP_STALLED: "http.timeout",
    Failure.HTTP_TRUNCATED: "http.truncated",
    Failure.HTTP_MALFORMED: "http.malformed",
    Failure.HTTP_GARBLED: "http.malformed",
}
_VARIANTS: dict[Failure | None, str] = {Failure.HTTP_GARBLED: "garbled"}
_STATUS_VARIANTS = {405: "method", 426: "upgrade", 431: "long"}
_DROPPED = {Failure.HTTP_CLOSED, Failure.TCP_RESET}
_SERVER_ERRORS = range(500, 600)
_CDN_ERRORS = {*range(520, 528), 530}
_OK = 200
_SMALL_BYTES = 4000
# Every repetition has a bound, so that no page makes this slow.
_NOTHING_TO_SEE = re.compile(
    r"(?:\s|&nbsp;|<!doctype[^>]{0,200}>|<!--[^<>]{0,400}-->"
    r"|</?(?:html|head|body|title|p|div|br|center|meta)(?:\s(?:(?!on\w+=|http-equiv)[^>]){0,200})?/?>)*",
    re.IGNORECASE,
)
# Record type 21 and the version's first byte, as `escape_hidden` writes them.
_ALERT = "\\x15\\x03"
_PLAIN_ON_TLS = (
    ("plain http request", "https port"),
    ("speaking plain http to an ssl-enabled server port", ""),
    ("client sent an http request to an https server", ""),
)


@concludes("http.timeout", "http.truncated", "http.malformed")
def _code_of_failure(page: HttpObservation) -> str | None:
    """
    The answer stops coming, ends before its announced length, or is no HTTP.

    What stops (RFC 9112, section 9.5) is timed out, what ends early (RFC 9112, section 8) is
    truncated, and what doesn't begin as an answer must (RFC 9112, section 4) is malformed, unless
    it is another protocol's greeting.
    """
    code = _BY_FAILURE.get(page.failure) if page.failure else None
    return None if code is None or speaks_otherwise(page.first_bytes) else code


@concludes("http.plain_on_tls_port")
def _was_asked_in_plain(page: HttpObservation) -> bool:
    """
    The server says that its TLS port was asked in plain HTTP: by a page, or by an alert.

    The pages are those of nginx and Apache, and Go's, where TLS should begin (RFC 9110, section
    4.2.2); the alert is that of TLS itself (RFC 8446, section 6).
    """
    text = page.body_start.lower()
    is_known_page = any(words in text and others in text for words, others in _PLAIN_ON_TLS)
    return page.url.startswith("http://") and (is_known_page or page.first_bytes.startswith(_ALERT))


@concludes(*PAGE_CODES)
def _kind_of_content(page: HttpObservation, evidence: Evidence) -> PageKind | None:
    """
    The page is a known one that is not the site: at least two signals of a fingerprint fit.

    Each fingerprint names its own source (`diagnostics/catalogue/pages.yaml`). A list of
    files counts on the start page alone: elsewhere in a site it may well be meant. Where only
    words tell, an invented path of the same name must not be answered as a site does, with 404.
    """
    kind = page_kind(page, evidence.extra_pages)
    is_inside = urlsplit(page.url).path != "/"
    if kind is None or (kind.code == "http.directory_listing" and is_inside):
        return None
    return None if is_cleared(page, evidence) else kind


@concludes("http.cdn_origin_error")
def _is_cdn_error(status: int) -> bool:
    """
    The status is one of 520 to 527, or 530.

    No RFC has them (RFC 9110, section 15, leaves room for more); Cloudflare documents them.
    """
    return status in _CDN_ERRORS


@concludes(*dict.fromkeys(STATUS_CODES.values()), "http.server_error", asks=(_is_cdn_error,))
def _code_of_status(status: int) -> str | None:
    """
    The status says it (RFC 9110, section 15; RFC 6585, section 4 for 429; RFC 7725 for 451).

    A page that a fingerprint names is named by that instead.
    """
    if status in STATUS_CODES:
        return STATUS_CODES[status]
    if _is_cdn_error(status):
        return "http.cdn_origin_error"
    return "http.server_error" if status in _SERVER_ERRORS else None


@concludes("http.empty_page")
def _is_empty(page: HttpObservation) -> bool:
    """
    Status 200 (RFC 9110, section 15.3.1) with a body of no byte, or of nothing that can be seen.

    Nor is there anything that could bring it or lead on: no script, no picture, no refresh.
    """
    if page.status != _OK or page.failure is not None or page.title or page.loads:
        return False
    is_small = page.text_size == 0 and (page.body_size_bytes or 0) < _SMALL_BYTES
    is_bare = is_small and _NOTHING_TO_SEE.fullmatch(page.body_start) is not None
    return "refresh" not in page.headers and (page.body_size_bytes == 0 or is_bare)


@concludes(
    asks=(
        _code_of_failure,
        _was_asked_in_plain,
        _kind_of_content,
        _code_of_status,
        _is_empty,
        kind_of_head,
    )
)
def _kind_of_page(page: HttpObservation, evidence: Evidence) -> PageKind | None:
    """What is wrong with one page; None when nothing is, or it redirects."""
    if _was_asked_in_plain(page):
        return PageKind("http.plain_on_tls_port")
    if page.failure in _BY_FAILURE:
        code = _code_of_failure(page)
        return PageKind(code, _VARIANTS.get(page.failure, "")) if code else None
    # The body of a redirect is seen by nobody.
    if page.status is None or (page.next_url and not page.is_refresh):
        return None
    # The page first: a stock page says more than its 404 or 503 does.
    kind = _kind_of_content(page, evidence)
    kind = kind or kind_of_head(page)
    if kind is None and not page.is_refresh:
        code = _code_of_status(page.status) or ("http.empty_page" if _is_empty(page) else None)
        kind = PageKind(code, _STATUS_VARIANTS.get(page.status, "")) if code else None
    return kind


def code_of_page(page: HttpObservation, evidence: Evidence) -> str | None:
    """The code of what is wrong with one page; None when nothing is, or it redirects."""
    kind = _kind_of_page(page, evidence)
    return kind.code if kind else None


@concludes(asks=(_kind_of_page,))
def page_is_broken(evidence: Evidence) -> Iterator[Finding]:
    """The page that a way ends at (RFC 9110, section 15.4) is an error, empty, cut, or no site."""
    for way in evidence.ways:
        first = evidence.first_pages(way)
        # Who is served by one way and counted out on the other was counted for our own requests.
        if way != evidence.leading and _is_counted_out(evidence, first):
            continue
        kinds = {page.id: _kind_of_page(page, evidence) for page in first}
        broken = [page for page in first if kinds[page.id]]
        works = [page for page in first if page.status is not None and not kinds[page.id]]
        for kind in dict.fromkeys(kinds[page.id] for page in broken):
            here = [page for page in broken if kinds[page.id] == kind]
            if kind:
                yield _kind_finding(kind, evidence, way, here, works=works)
        end = evidence.chain(way).end
        kind = _kind_of_page(end, evidence) if end else None
        if end and kind and end not in first:
            yield _kind_finding(kind, evidence, way, [end])


def _is_counted_out(evidence: Evidence, pages: Sequence[HttpObservation]) -> bool:
    """Whether a way says "too many requests" while the leading one gives the page (RFC 6585, 4)."""
    end = evidence.chain(evidence.leading).end if evidence.leading else None
    is_limited = bool(pages) and all(p.status == HTTPStatus.TOO_MANY_REQUESTS for p in pages)
    return is_limited and end is not None and end.is_served


def _kind_finding(
    kind: PageKind,
    evidence: Evidence,
    way: Way,
    pages: list[HttpObservation],
    *,
    works: Sequence[HttpObservation] = (),
) -> Finding:
    """Name a page in the words of its variant, and who can fix that one."""
    if not kind.variant:
        return page_finding(kind.code, evidence, way, pages, works=works)
    finding = page_finding(kind.code, evidence, way, pages, works=works, variant=kind.variant)
    differs = variants_of(kind.code).get(kind.variant, {})
    return finding.model_copy(
        update={name: differs[name] for name in ("fixer", "symptom") if name in differs}
    )


@concludes("http.timeout", asks=(_code_of_failure,))
def answer_never_completes(evidence: Evidence) -> Iterator[Finding]:
    """
    The server speaks, and this request gets nothing within the time limit.

    TLS is spoken, or another name and path on the same port are answered (RFC 9112, section 9.5):
    else no program answers there at all.
    """
    for way in evidence.ways:
        first = evidence.first_pages(way)
        silent = [page for page in first if page.failure is Failure.HTTP_SILENT]
        speaks = way.scheme == "https" or answers_another_name(evidence, way.port)
        if silent and speaks:
            works = [page for page in first if page.status is not None and not page.failure]
            yield page_finding("http.timeout", evidence, way, silent, works=works)
        last = last_page(evidence, way)
        if last and last not in first and last.failure is Failure.HTTP_SILENT:
            yield page_finding("http.timeout", evidence, way, [last])
        if last and last not in first and last.failure in _BY_FAILURE:
            yield page_finding(_BY_FAILURE[last.failure], evidence, way, [last])


@concludes("http.vhost_missing")
def server_answers_other_names_only(evidence: Evidence) -> Iterator[Finding]:
    """
    The connection is closed for this name, and the same request for the address is answered.

    A web server may be set to say nothing to names that it does not know (RFC 9110, section 7.4).
    """
    for way in evidence.ways:
        if other_names_answer(evidence, way.port):
            pages = [p for p in evidence.first_pages(way) if p.failure in _DROPPED]
            others = [p for p in evidence.by_address if p.port == way.port and p.status is not None]
            if pages:
                yield page_finding("http.vhost_missing", evidence, way, [*others, *pages])
