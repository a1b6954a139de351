"""
Repeat a request whose answer may differ from what a browser gets.

By HTTP/1.1 after HTTP/2 failed, with a browser's headers after a refusal, and alone if a server may
have limited our simultaneous requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from ipaddress import ip_address

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.tls_stream import Connection
from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.run import Run

_REFUSALS = {400, 403, 405, 406}
_GATEWAY_ERRORS = {502, 503, 504}
_REPEATS = 2
_FORGOTTEN_S = 1.2  # a limit on requests per second starts anew after this time
_BROKEN_OFF = {
    *(Failure.HTTP2_BROKEN, Failure.HTTP_CLOSED, Failure.HTTP_TRUNCATED),
    *(Failure.TCP_RESET, Failure.TLS_ALERT),
}


def look_again(
    run: Run, request: PageRequest, page: HttpObservation, jar: RequestsCookieJar
) -> HttpObservation:
    """Repeat a request that failed or was refused; return the page that browsers get."""
    if page.protocol == "h2" and page.failure in _BROKEN_OFF:
        again = replace(request, is_http1=True)
        page = _repeat(run, again, "http1", page, jar) or page
    if page.status in _REFUSALS and page.failure is None:
        again = replace(request, as_browser=True)
        seen = _repeat(run, again, "browser", page, jar)
        if seen is not None and seen.is_served:
            return seen
    return page


def look_alone(
    run: Run,
    request: PageRequest,
    page: HttpObservation,
    jar: RequestsCookieJar,
    others: Sequence[Future[HttpObservation | None]],
) -> HttpObservation:
    """
    Repeat a request with a temporary error after our other requests ended; return what counts.

    A limit on requests may have counted ours (RFC 6585, section 4; nginx answers 503), or one of
    several servers behind the address may be broken.
    """
    if page.failure is not None or not page.may_pass:
        return page
    if not run.once(f"alone-{request.url}@{request.address}"):
        return page
    run.wait(others)
    for seen in _ask_again(run, request, page, jar, is_counted=page.counts_requests):
        if seen.is_served:
            return seen
    return page


def look_whether_it_stays(
    run: Run, page: HttpObservation | None, others: Iterable[HttpObservation | None]
) -> None:
    """
    Repeat a request that was served once or twice if the same server failed at another request.

    Perhaps only the other name fails, or one of several servers behind the address. A program's own
    error (500) for an invented path tells nothing about that.
    """
    if page is None or page.address is None or not page.is_served:
        return
    here = [other for other in others if other is not None and other.address == page.address]
    if not any(other.status in _GATEWAY_ERRORS for other in here):
        return
    is_counted = any(other.counts_requests for other in here)
    request = PageRequest(ip_address(page.address), page.url, page.id, page.way, hop=page.hop)
    for seen in _ask_again(run, request, page, None, is_counted=is_counted):
        if seen.may_pass:
            return


def _ask_again(
    run: Run,
    request: PageRequest,
    page: HttpObservation,
    jar: RequestsCookieJar | None,
    *,
    is_counted: bool,
) -> Iterator[HttpObservation]:
    """Repeat a request once or twice; a second later if requests may be limited."""
    if is_counted:
        run.is_cancelled.wait(min(_FORGOTTEN_S, run.deadline.left_s))
    for number in range(1, _REPEATS + 1):
        seen = None if run.is_over else _repeat(run, request, f"again-{number}", page, jar)
        if seen is None:
            return
        yield seen


def look_by_http1(run: Run, request: PageRequest, connection: Connection) -> HttpObservation | None:
    """Request the page by HTTP/1.1 while HTTP/2 doesn't answer."""
    again = replace(request, is_http1=True, repeats=request.observation_id)
    again = replace(again, observation_id=f"{request.observation_id}/http1")
    return get(run, again, connection)


def _repeat(
    run: Run,
    request: PageRequest,
    manner: str,
    page: HttpObservation,
    jar: RequestsCookieJar | None,
) -> HttpObservation | None:
    observation_id = f"{request.observation_id}/{manner}"
    again = replace(request, observation_id=observation_id, repeats=page.id)
    return get(run, again, jar=jar)
