"""Follow redirects hop by hop; each URL is checked by the address policy and resolved once."""

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
    Follow a page's redirects with its cookies, and stop at a URL with which another way starts.

    Return the last page; None if the redirects don't end at one.

    A page is requested a second time after a cookie was set, because it may depend on the cookie.
    """
    # A URL alone is no loop: sites set a cookie, redirect to the same page and then show it.
    visited: set[tuple[str, Cookies]] = {(page.url, ())}
    current: HttpObservation | None = page
    while current is not None and current.next_url and not run.is_over:
        url = current.next_url
        visit = (url, _cookies_in(jar))
        # A page that reloads itself is requested once more: it may have waited for something.
        is_first_reload = current.is_refresh and url == current.url and current.hop == page.hop
        is_repeated = visit in visited and not is_first_reload
        if is_repeated or url in starts - {page.url} or current.hop > MAX_REDIRECTS:
            return None
        visited.add(visit)
        current = open_linked_page(run, url, current, jar)
    return current


def open_linked_page(
    run: Run, url: str, before: HttpObservation, jar: RequestsCookieJar
) -> HttpObservation | None:
    """Request the page that another leads to, in the same series; None if there is none."""
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
            # Without TLS there is no page; the observation of the handshake tells why.
            if not tls.version:
                return None
    url = url_of(scheme, target.host, port, target.path)
    request = PageRequest(address, url, f"{way}-{hop}@{address}", way, hop)
    page = get(run, request, connection, jar)
    return look_again(run, request, page, jar) if page is not None else None


def judge_url(run: Run, url: str) -> tuple[Target | None, str]:
    """Return the target of a URL that a page leads to, or None and why it isn't requested."""
    if len(url) > _MAX_URL:
        return None, "too_long"
    try:
        target, is_repaired = parse_target(url)
    except NotATargetError as error:
        return None, error.reason
    # `parse_target` repairs what people type, but browsers don't repair a Location header.
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
    """Return the first address of the host that accepts a connection, as a browser does."""
    addresses = sorted(find_addresses(run, host), key=lambda address: str(address) != prefer)
    for address in addresses:
        contact, connection = connect(run, address, port, host)
        # None: this endpoint was already tried, so the request makes a new connection.
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
