"""Redirects, hop by hop; each is judged anew, resolved once and pinned."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.deadline import Stopwatch
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.plan.connect import connect, shake_hands
from diagnostics.plan.follow_up import find_issuer
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.plan.second_looks import look_again
from diagnostics.targets import DEFAULT_PORTS, NotATargetError, Target, parse_target, url_of

MAX_REDIRECTS = 10
_MAX_URL = 2048
Cookies = tuple[tuple[str, ...], ...]


def follow_redirects(
    run: Run, page: HttpObservation, jar: RequestsCookieJar, starts: AbstractSet[str]
) -> HttpObservation | None:
    """
    Follow a page hop by hop, with the cookies that it sets, until another way's start.

    Returns the page where that ended; None where it led to none.

    A page that was visited is worth a second visit once it has set a cookie: it may wait for it.
    """
    # A URL alone is no loop: sites set a cookie, redirect to the same page and then show it.
    visited: set[tuple[str, Cookies]] = {(page.url, ())}
    current: HttpObservation | None = page
    while current is not None and current.next_url and not run.is_over:
        url = current.next_url
        visit = (url, _cookies_in(jar))
        if visit in visited or url in starts - {page.url} or current.hop > MAX_REDIRECTS:
            return None
        visited.add(visit)
        current = open_linked_page(run, url, current, jar)
    return current


def open_linked_page(
    run: Run, url: str, before: HttpObservation, jar: RequestsCookieJar
) -> HttpObservation | None:
    """Open the page that another leads to, in that one's series; None where none came."""
    hop, way = before.hop + 1, before.way
    target, refusal = judge_url(run, url)
    if target is None:
        run.emit(_not_followed(url, hop, way, refusal))
        return None
    scheme = target.scheme or "http"
    port = target.port or DEFAULT_PORTS[scheme]
    address, connection = _connect_to_host(run, target.host, port, prefer=before.address)
    if address is None:
        return None
    if scheme == "https":
        tls, connection = shake_hands(run, address, port, target.host, connection)
        if tls is not None:
            find_issuer(run, tls, address)
            # A page without TLS can't follow; the observation of the handshake says why.
            if not tls.version:
                return None
    url = url_of(scheme, target.host, port, target.path)
    request = PageRequest(address, url, f"{way}-{hop}@{address}", way, hop)
    page = get(run, request, connection, jar)
    return look_again(run, request, page, jar) if page is not None else None


def judge_url(run: Run, url: str) -> tuple[Target | None, str]:
    """Judge where a redirect or a page leads; with no target, why nobody goes there."""
    if len(url) > _MAX_URL:
        return None, "too_long"
    try:
        target, is_repaired = parse_target(url)
    except NotATargetError as error:
        return None, error.reason
    # What a person may have meant is guessed at; a browser doesn't guess with a Location.
    if is_repaired or target.scheme is None:
        return None, "other_scheme"
    if target.port is not None and not run.policy.may_speak_http(target.port):
        return None, "port_not_probed"
    if target.address is not None and (refusal := run.policy.refusal(target.address)):
        return None, refusal.value
    return target, ""


def _connect_to_host(
    run: Run, host: str, port: int, *, prefer: str | None
) -> tuple[Address | None, Connection]:
    """Return the first address of the host that takes a connection, as a browser would."""
    addresses = sorted(find_addresses(run, host), key=lambda address: str(address) != prefer)
    for address in addresses:
        contact, connection = connect(run, address, port, host)
        # None: this endpoint was tried before, so the request makes a connection of its own.
        if contact is None or contact.failure is None:
            return address, connection
    return None, NEW


def _cookies_in(jar: RequestsCookieJar) -> Cookies:
    return tuple(
        sorted((cookie.domain, cookie.path, cookie.name, cookie.value or "") for cookie in jar)
    )


def _not_followed(url: str, hop: int, way: str, refusal: str) -> HttpObservation:
    return HttpObservation(
        id=f"{way}-{hop}@nowhere",
        started_at=Stopwatch().started_at,
        duration_s=0.0,
        failure=Failure.TARGET_FORBIDDEN,
        failure_detail=refusal,
        address=None,
        url=url,
        host="",
        port=0,
        hop=hop,
        way=way,
    )
