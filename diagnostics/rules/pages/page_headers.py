"""Decide what is wrong with a page's status and headers, whatever its content."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.pages.page_fingerprints import PageKind

_NOT_MODIFIED = 304
_REDIRECTS = {301, 302, 303, 307, 308}
_MARKUP = re.compile(r"<(?:!doctype html|html)\b", re.IGNORECASE)
_BINARY = {"application/octet-stream", "application/x-download", "application/force-download"}
_LINKS_OF_A_PAGE = 3


@concludes("http.bad_redirect_target")
def _redirects_nowhere(page: HttpObservation) -> bool:
    """
    A redirect has no Location (RFC 9110, section 15.4), so browsers show its body.

    A body with several links is probably meant to be seen, so it isn't reported.
    """
    is_redirect = page.status in _REDIRECTS and page.next_url is None and page.failure is None
    return is_redirect and (page.links or 0) < _LINKS_OF_A_PAGE


@concludes("http.empty_page")
def _is_nothing_new(page: HttpObservation) -> bool:
    """
    The answer is 304, although the request had no condition (RFC 9110, section 15.4.5).

    A cache on the path answers so, and browsers without a cached copy show nothing.
    """
    return page.status == _NOT_MODIFIED and page.failure is None


@concludes("http.wrong_type")
def _why_not_shown(page: HttpObservation) -> str:
    """
    Headers keep browsers from showing a start page: "kept", "download", "text" or "sniff".

    Browsers show markup as a page only with the type HTML (RFC 9110, section 8.3; MIME Sniffing,
    section 7); an attachment is offered as a download (RFC 6266, section 4.2). Without a type they
    detect it, unless "nosniff" forbids that ("sniff").
    """
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_kept = page.headers.get("content-disposition", "").lower().startswith("attachment")
    # For an attachment of the type HTML, the content doesn't matter.
    is_markup = (is_kept and kind == "text/html") or _MARKUP.match(page.body_start) is not None
    if not page.is_served or not is_markup or not urlsplit(page.url).path.endswith("/"):
        return ""
    if is_kept:
        return "kept"
    if kind in _BINARY or "x-httpd-" in kind:
        return "download"
    if not kind and page.headers.get("x-content-type-options", "").strip().lower() == "nosniff":
        return "sniff"
    return "text" if kind == "text/plain" else ""


@concludes(asks=(_redirects_nowhere, _is_nothing_new, _why_not_shown))
def kind_of_head(page: HttpObservation) -> PageKind | None:
    """Return what is wrong with a page's status and headers; None if nothing is."""
    if _redirects_nowhere(page):
        return PageKind("http.bad_redirect_target", "empty")
    if _is_nothing_new(page):
        return PageKind("http.empty_page", "not_modified")
    why = _why_not_shown(page)
    return PageKind("http.wrong_type", why) if why else None
