"""Rules about redirects: to another domain, in a loop, or to a host that doesn't answer."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding
from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.name import name_failure
from diagnostics.rules.evidence import Evidence, split_host_port
from diagnostics.rules.pages.page_code import code_of_page
from diagnostics.rules.pages.page_finding import last_page, page_finding
from diagnostics.rules.ways import Way
from diagnostics.targets import registered_domain
from diagnostics.texts import escape_hidden


@concludes("http.redirect_elsewhere")
def redirects_end_elsewhere(evidence: Evidence) -> Iterator[Finding]:
    """
    The site redirects to another registered domain (RFC 9110, section 15.4).

    Registered domains are found by the public suffix list; names under the same registered domain,
    with or without www, are the same site.
    """
    if evidence.target.kind != "domain" or evidence.open_way is None:
        return
    chain = evidence.chain(evidence.open_way)
    end = chain.end
    if end is None or end.status is None or not _is_elsewhere(evidence.target.host, end.host):
        return
    next_url = escape_hidden(end.url, 120)
    yield page_finding(
        "http.redirect_elsewhere", evidence, evidence.open_way, list(chain.pages), next=next_url
    )


@concludes("http.redirect_elsewhere")
def phones_are_led_elsewhere(evidence: Evidence) -> Iterator[Finding]:
    """
    The page opens here, but redirects phones that come from a search engine to another domain.

    Intruders set conditions on User-Agent and Referer (RFC 9110, sections 10.1.3 and 10.1.5), so
    that the owner doesn't notice. Redirects to app stores are intended.
    """
    open_way = evidence.open_way
    end = evidence.chain(open_way).end if open_way else None
    phone = next((page for page in evidence.requests if page.as_phone), None)
    if open_way is None or end is None or phone is None or not phone.next_url:
        return
    host = split_host_port(phone.next_url)[0]
    if not host or host.endswith(_APP_SHOPS) or not _is_elsewhere(end.host, host):
        return
    yield page_finding(
        "http.redirect_elsewhere",
        evidence,
        open_way,
        [end, phone],
        variant="phone",
        next=escape_hidden(phone.next_url, 120),
    )


_APP_SHOPS = ("apple.com", "play.google.com", "rustore.ru", "appgallery.huawei.com", "onelink.me")


def _is_elsewhere(host: str, end: str) -> bool:
    # Equal names are compared first, because loading the public suffix list takes 0.1 s.
    return host != end and registered_domain(host) != registered_domain(end)


@concludes("http.redirect_loop")
def redirects_never_end(evidence: Evidence) -> Iterator[Finding]:
    """
    Redirects form a loop, or there are more than ten (RFC 9110, section 15.4).

    Cookies that the redirects set were sent back, as a browser does. A page that reloads itself at
    once (HTML, section 4.2.5.3) was requested twice; a known page, as of a protection, counts as
    what it is.
    """
    for way in evidence.ways:
        chain = evidence.chain(way)
        if chain.ending == "loop":
            end = chain.pages[-1]
            reloads = end.is_refresh and end.next_url == end.url
            if reloads and code_of_page(end, evidence):
                continue
            yield page_finding(
                "http.redirect_loop",
                evidence,
                way,
                list(chain.pages),
                variant="reload" if reloads else "",
                next=escape_hidden(chain.next_url or "", 120),
            )


@concludes("http.bad_redirect_target")
def redirect_leads_nowhere(evidence: Evidence) -> Iterator[Finding]:
    """
    A redirect (Location, RFC 9110, section 10.2.2) leads to a host that can't be reached.

    Its name does not resolve, it accepts no connection, or its address is one that must not be
    contacted.
    """
    for way in evidence.ways:
        chain = evidence.chain(way)
        last = last_page(evidence, way)
        if last and last.failure is Failure.TARGET_FORBIDDEN:
            before = [page for page in chain.pages if page.next_url == last.url]
            yield _bad_target(evidence, way, [*before, last], last.url)
        elif chain.ending == "lost" and chain.next_url:
            host, port = split_host_port(chain.next_url)
            lookups, contacts = evidence.lookups_of(host), evidence.contacts_of(host, port)
            is_closed = bool(contacts) and all(
                c.failure is not None and not c.failure.is_ours for c in contacts
            )
            is_inside = any(lookup.forbidden for lookup in lookups)
            # The target's own ports and names have rules of their own.
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
    next_url = escape_hidden(url, 120)
    return page_finding(
        "http.bad_redirect_target", evidence, way, pages, symptom=symptom, next=next_url
    )
