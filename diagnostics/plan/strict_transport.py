"""Find out whether a parent domain makes browsers use only https for a name without https."""

from __future__ import annotations

from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation, TcpObservation
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.targets import registered_domain, url_of

PARENT = "parent"
_HTTPS = 443
_SHUT = {Failure.TCP_REFUSED, Failure.TCP_SILENT, Failure.TCP_PROHIBITED}


def ask_domain_above(run: Run, page: HttpObservation | None) -> None:
    """
    Request the registered domain's start page by https if the name below it answers only by http.

    Only the header Strict-Transport-Security is used (RFC 6797, section 6.1.2).
    """
    host = run.target.host
    if page is None or not page.is_served or not page.url.startswith("http:") or page.host != host:
        return
    contacts = [o for o in run.known.seen if isinstance(o, TcpObservation) and o.port == _HTTPS]
    is_shut = bool(contacts) and all(contact.failure in _SHUT for contact in contacts)
    if run.target.kind != "domain" or not is_shut:
        return
    domain = registered_domain(host)
    if domain == host or not run.once(PARENT):
        return
    for address in find_addresses(run, domain)[:1]:
        url = url_of("https", domain, _HTTPS, "/")
        get(run, PageRequest(address, url, f"{PARENT}@{address}", PARENT))
