"""The rule about a cache that still sends an error which the site itself no longer has."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.pages.page_code import code_of_page
from diagnostics.texts import escape_hidden


@concludes("http.stale_cache")
def cache_keeps_an_error(evidence: Evidence) -> Iterator[Finding]:
    """A cached answer is an error or a redirect loop, while a fresh one is the page (RFC 9111)."""
    pages = evidence.all_of(HttpObservation)
    kept = {page.id: page for page in pages}
    for fresh in pages:
        old = kept.get(fresh.repeats or "")
        if fresh.way != "fresh" or old is None or not fresh.is_served:
            continue
        if code_of_page(fresh, evidence) is None:
            yield make_finding(
                "http.stale_cache",
                escape_hidden(old.url, 120),
                ids([old, fresh]),
                variant="redirect" if old.next_url else "",
                status=old.status or "",
                next=escape_hidden(old.next_url or "", 120),
            )
