"""Decide what is wrong with a single page: its failure, its content, or its status."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.network.banners import is_other_protocol
from diagnostics.rules.pages.invented_path import is_cleared
from diagnostics.rules.pages.page_fingerprints import PAGE_CODES, PageKind, page_kind
from diagnostics.rules.pages.page_headers import kind_of_head

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
    # Our request was complete, so the program behind was late (RFC 9110, section 15.5.9).
    408: "http.gateway_timeout",
    # A browser's first request gives no reason for these (RFC 9110, 15.5.6; RFC 6585, 5).
    405: "http.bad_request",
    426: "http.bad_request",
    431: "http.bad_request",
}
CODE_OF_FAILURE = {
    Failure.HTTP_STALLED: "http.timeout",
    Failure.HTTP_TRUNCATED: "http.truncated",
    Failure.HTTP_MALFORMED: "http.malformed",
    Failure.HTTP_GARBLED: "http.malformed",
}
_VARIANTS: dict[Failure | None, str] = {Failure.HTTP_GARBLED: "garbled"}
_STATUS_VARIANTS = {408: "late", 405: "method", 426: "upgrade", 431: "long"}
_NOT_FOUND = 404
_SERVER_ERRORS = range(500, 600)
_CDN_ERRORS = {*range(520, 528), 530}
_OK = 200
_SMALL_BYTES = 4000
# Every repetition is bounded, so that no page can make this slow.
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
def code_of_failure(page: HttpObservation) -> str | None:
    """
    The answer stalls, ends before its announced length, or isn't HTTP.

    An answer that stalls (RFC 9112, section 9.5) is a timeout, one that ends early (RFC 9112,
    section 8) is truncated, and one without a valid status line (RFC 9112, section 4) is malformed,
    unless it is another protocol's greeting.
    """
    code = CODE_OF_FAILURE.get(page.failure) if page.failure else None
    return None if code is None or is_other_protocol(page.first_bytes) else code


@concludes("http.plain_on_tls_port")
def _was_asked_in_plain(page: HttpObservation) -> bool:
    """
    The server tells, by a page or an alert, that plain HTTP was sent to its TLS port.

    The pages are those of nginx, Apache and Go for a port that expects TLS (RFC 9110, section
    4.2.2); the alert is that of TLS (RFC 8446, section 6).
    """
    text = page.body_start.lower()
    is_known_page = any(words in text and others in text for words, others in _PLAIN_ON_TLS)
    return page.url.startswith("http://") and (is_known_page or page.first_bytes.startswith(_ALERT))


@concludes(*PAGE_CODES)
def _kind_of_content(page: HttpObservation, evidence: Evidence) -> PageKind | None:
    """
    The page is a known one that is not the site: at least two signals of a fingerprint fit.

    Each fingerprint names its own source (`diagnostics/catalogue/pages`). A list of
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

    No RFC defines them (RFC 9110, section 15, permits further ones); Cloudflare documents them.
    """
    return status in _CDN_ERRORS


@concludes(*dict.fromkeys(STATUS_CODES.values()), "http.server_error", asks=(_is_cdn_error,))
def _code_of_status(status: int) -> str | None:
    """
    The status tells it (RFC 9110, section 15; RFC 6585, section 4 for 429; RFC 7725 for 451).

    If a fingerprint matches the page, that decides instead.
    """
    if status in STATUS_CODES:
        return STATUS_CODES[status]
    if _is_cdn_error(status):
        return "http.cdn_origin_error"
    return "http.server_error" if status in _SERVER_ERRORS else None


@concludes("http.empty_page")
def _is_empty(page: HttpObservation) -> bool:
    """
    Status 200 (RFC 9110, section 15.3.1) with an empty body, or one without visible content.

    The page has no script, picture or refresh either, which could show something.
    """
    if page.status != _OK or page.failure is not None or page.title or page.loads:
        return False
    is_small = page.text_size == 0 and (page.body_size_bytes or 0) < _SMALL_BYTES
    is_bare = is_small and _NOTHING_TO_SEE.fullmatch(page.body_start) is not None
    return "refresh" not in page.headers and (page.body_size_bytes == 0 or is_bare)


def _judge(page: HttpObservation, evidence: Evidence) -> PageKind | None:
    if _was_asked_in_plain(page):
        return PageKind("http.plain_on_tls_port")
    if page.failure in CODE_OF_FAILURE:
        code = code_of_failure(page)
        return PageKind(code, _VARIANTS.get(page.failure, "")) if code else None
    # Nobody sees the body of a redirect.
    if page.status is None or (page.next_url and not page.is_refresh):
        return None
    # Content before status: a stock page tells more than its 404 or 503.
    kind = _kind_of_content(page, evidence)
    kind = kind or kind_of_head(page)
    if kind is None and not page.is_refresh:
        code = _code_of_status(page.status) or ("http.empty_page" if _is_empty(page) else None)
        kind = PageKind(code, _variant_of_status(page)) if code else None
    return kind


def _variant_of_status(page: HttpObservation) -> str:
    """
    Return the variant of a status, which may have other texts and another severity.

    A service that answers in JSON (RFC 8259; RFC 9457) is for programs and needs no page at its
    root. Traefik sends Go's own answer if no route matches.
    """
    if page.status == _NOT_FOUND and urlsplit(page.url).path in {"", "/"}:
        kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
        text = page.text_start.strip()
        if kind.endswith(("/json", "+json")) and text.startswith(("{", "[")):
            return "api"
        return "router" if text == "404 page not found" else ""
    return _STATUS_VARIANTS.get(page.status or 0, "")


@concludes(
    asks=(
        code_of_failure,
        _was_asked_in_plain,
        _kind_of_content,
        _code_of_status,
        _is_empty,
        kind_of_head,
    )
)
def kind_of_page(page: HttpObservation, evidence: Evidence) -> PageKind | None:
    """Return what is wrong with a page; None if nothing is, or it redirects."""
    return evidence.cached(("kind of page", page.id), lambda: _judge(page, evidence))


def code_of_page(page: HttpObservation, evidence: Evidence) -> str | None:
    """Return the code of what is wrong with a page; None if nothing is, or it redirects."""
    kind = kind_of_page(page, evidence)
    return kind.code if kind else None
