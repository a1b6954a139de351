"""Request a page past a cache that sends an error."""

from __future__ import annotations

from ipaddress import ip_address
from secrets import token_hex
from urllib.parse import urlsplit

from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.run import Run

FRESH = "fresh"
_CACHE_WORDS = (
    *("x-cache", "x-cache-status", "x-proxy-cache"),
    *("x-litespeed-cache", "cf-cache-status"),
)
_ERRORS = 400


def ask_past_cache(run: Run, pages: tuple[HttpObservation | None, ...]) -> None:
    """
    Request once with a query that no cache has, if a cached answer is an error or leads nowhere.

    `pages` are the first and the last page of the redirects; None if they don't end at a page.
    """
    leads_nowhere = pages[-1] is None
    for page in pages:
        if page is None or page.address is None or page.failure or not is_kept(page):
            continue
        is_error = (page.status or 0) >= _ERRORS or (page.next_url and leads_nowhere)
        if is_error and run.once(FRESH):
            mark = "&" if urlsplit(page.url).query else "?"
            url = f"{page.url}{mark}fresh={token_hex(4)}"
            address = ip_address(page.address)
            get(run, PageRequest(address, url, f"{FRESH}@{address}", FRESH, repeats=page.id))


def is_kept(page: HttpObservation) -> bool:
    """Check whether headers say that an answer is from a cache (RFC 9111, section 5.1)."""
    age = page.headers.get("age", "").strip()
    is_old = age.isdecimal() and age.strip("0") != ""
    return is_old or any(
        page.headers.get(name, "").lower().startswith("hit") for name in _CACHE_WORDS
    )
