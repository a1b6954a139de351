"""Use the answer for an invented path to check a page that only looks like a stock page."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from diagnostics.observations import HttpObservation
from diagnostics.rules.evidence import Evidence
from diagnostics.rules.pages.page_fingerprints import rests_on_words

# Stock pages that a server shows for every path of a site.
_FOR_EVERY_PATH = {
    *("http.suspended_page", "http.parked_page", "http.maintenance_page"),
    "http.app_database_error",
}
_NO_SUCH_PAGE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_MUCH_TEXT = 700  # visible characters; a notice has fewer, a page of a site often more


def is_in_doubt(page: HttpObservation, extra: tuple[Path, ...] = ()) -> bool:
    """Check whether only words make a page a stock page, while it has links or much text."""
    if page.status != HTTPStatus.OK or page.text_size is None:
        return False
    if not page.own_links and page.text_size <= _MUCH_TEXT:
        return False
    return rests_on_words(page, _FOR_EVERY_PATH, extra)


def is_cleared(page: HttpObservation, evidence: Evidence) -> bool:
    """Check whether an invented path of the host is "not found": then it isn't a stock page."""
    return is_in_doubt(page, evidence.extra_pages) and any(
        other.status in _NO_SUCH_PAGE and other.text_start != page.text_start
        for other in evidence.requests
        if other.way == "invented" and (other.host, other.port) == (page.host, page.port)
    )
