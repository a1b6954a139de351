"""Rules about a page that consists of one frame with another page in it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import HttpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.dns.name import name_failure
from diagnostics.rules.evidence import Evidence, ids, split_host_port
from diagnostics.rules.pages.page_code import code_of_page
from diagnostics.texts import escape_hidden

_FRAME = "frame"
_NOT_THERE = {Failure.TCP_REFUSED, Failure.HTTP_CLOSED, Failure.TCP_RESET}


@concludes("http.parts_missing")
def framed_page_is_refused(evidence: Evidence) -> Iterator[Finding]:
    """
    The page is one frame, and browsers don't show the page in it.

    They block an http page within https (Mixed Content, section 5.1), and pages that forbid being
    framed (CSP 3, section 6.4.2; RFC 7034).
    """
    page = _framing_page(evidence)
    if page is None:
        return
    framed = _framed(evidence)
    variant, seen = "", [page]
    if page.url.startswith("https:") and page.frame_url.startswith("http:"):
        variant = "frame_plain"
    elif framed is not None and _is_page(framed) and _forbids(framed, page):
        variant, seen = "frame_shut", [page, framed]
    if variant:
        yield make_finding(
            "http.parts_missing",
            escape_hidden(page.url, 120),
            ids(seen),
            variant=variant,
            part=escape_hidden(page.frame_url, 120),
            other_host=split_host_port(page.frame_url)[0],
            host=page.host,
        )


@concludes("http.bad_redirect_target")
def framed_page_is_missing(evidence: Evidence) -> Iterator[Finding]:
    """
    The page is one frame, and the page in it can't be reached.

    Its host doesn't exist (RFC 8020, section 2), refuses the connection (RFC 9293, section
    3.10.7.1), or answers with an error (RFC 9110, section 15).
    """
    page = _framing_page(evidence)
    if page is None:
        return
    host, port = split_host_port(page.frame_url)
    framed, lookups = _framed(evidence), evidence.lookups_of(host)
    contacts = evidence.contacts_of(host, port)
    is_refused = bool(contacts) and all(c.failure is Failure.TCP_REFUSED for c in contacts)
    is_lost = host != evidence.target.host and name_failure(lookups) is not None
    is_error = framed is not None and (framed.is_error or framed.failure in _NOT_THERE)
    if is_lost or is_refused or (framed is not None and is_error):
        has_answer = not (is_lost or is_refused) and framed is not None and bool(framed.status)
        yield make_finding(
            "http.bad_redirect_target",
            escape_hidden(page.url, 120),
            ids([page, *lookups, *contacts, *([framed] if framed else [])]),
            variant="frame_error" if has_answer else "frame",
            next=escape_hidden(page.frame_url, 120),
            status=(framed.status or "") if framed else "",
        )


def _framing_page(evidence: Evidence) -> HttpObservation | None:
    open_way = evidence.open_way
    end = evidence.chain(open_way).end if open_way else None
    is_frame = end is not None and end.is_served and bool(end.frame_url)
    return end if end is not None and is_frame and not code_of_page(end, evidence) else None


def _framed(evidence: Evidence) -> HttpObservation | None:
    return next((page for page in evidence.requests if page.way == _FRAME), None)


def _is_page(framed: HttpObservation) -> bool:
    return framed.is_served and framed.next_url is None


def _forbids(framed: HttpObservation, page: HttpObservation) -> bool:
    """Check whether a page forbids being framed by another; an unreadable rule forbids nothing."""
    words = framed.frame_rule.split()
    if not words:
        return False
    is_same = urlsplit(framed.url)[:2] == urlsplit(page.url)[:2]
    if words[0] != "frame-ancestors":
        return words[0] == "deny" or (words[0] == "sameorigin" and not is_same)
    sources = words[1:]
    if not sources or sources == ["'none'"]:
        return True
    if "'self'" in sources and is_same:
        return False
    # Hosts, patterns and schemes may permit it; only the site's own origin certainly doesn't.
    return set(sources) <= {"'self'", "'none'"}
