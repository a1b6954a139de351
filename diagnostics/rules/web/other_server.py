"""The rule about an address record that still points to another server."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import HttpObservation, TlsObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids
from diagnostics.rules.one_of_several import partial_failure
from diagnostics.rules.pages.page_code import code_of_page

# Pages that a server shows for names without a site.
_STRANGERS_PAGES = {
    *("http.default_page", "http.vhost_missing", "http.suspended_page", "http.parked_page"),
    "http.directory_listing",
}
_OK = range(200, 400)


@concludes("dns.stale_address")
def address_is_of_another_server(evidence: Evidence) -> Iterator[Finding]:
    """
    One of the name's addresses (RFC 1035, section 3.4.1; RFC 3596) is of a server without the site.

    The signs are a page that servers show for unknown names, or a certificate for other names,
    while at another address the page and the certificate are the site's own. A broken server of the
    site shows neither.
    """
    if evidence.target.kind != "domain" or evidence.kind != "site":
        return
    if len(evidence.contacted_addresses) == 1:
        return
    works = [address for address in evidence.contacted_addresses if _has_site(evidence, address)]
    for address in evidence.contacted_addresses:
        signs = [] if address in works else _signs(evidence, address)
        if works and signs:
            several = partial_failure([address], works)
            yield make_finding("dns.stale_address", address, ids(signs), parameters=several)


def _has_site(evidence: Evidence, address: str) -> bool:
    """Check whether an address serves a page, and has no sign of another server."""
    pages = [page for page in _pages(evidence, address) if page.status in _OK and not page.failure]
    return bool(pages) and not _signs(evidence, address)


def _signs(evidence: Evidence, address: str) -> list[HttpObservation | TlsObservation]:
    pages = [p for p in _pages(evidence, address) if code_of_page(p, evidence) in _STRANGERS_PAGES]
    handshakes = [
        o
        for o in evidence.handshakes
        if o.address == address and o.host == evidence.target.host and o.name_matches is False
    ]
    return [*pages, *handshakes]


def _pages(evidence: Evidence, address: str) -> list[HttpObservation]:
    return [p for way in evidence.ways for p in evidence.first_pages(way) if p.address == address]
