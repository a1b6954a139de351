"""
Second looks at a page that a browser may see otherwise, each only where the first asks for it.

By HTTP/1.1 where HTTP/2 fails, in a browser's words where a program is turned away, and alone where
a server may have counted what we asked for beside it.
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
_FORGOTTEN_S = 1.2  # a limit of requests a second counts anew by then
_BROKEN_OFF = {
    *(Failure.HTTP2_BROKEN, Failure.HTTP_CLOSED, Failure.HTTP_TRUNCATED),
    *(Failure.TCP_RESET, Failure.TLS_ALERT),
}


def look_again(
    run: Run, request: PageRequest, page: HttpObservation, jar: RequestsCookieJar
) -> HttpObservation:
    """Ask once more where that tells what browsers see; give the page that they get."""
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
    Ask once more with none of our requests beside it, where an error may pass; give what counts.

    A limit of requests may have counted ours (RFC 6585, section 4; nginx says 503 for its own), and
    of several servers behind one address, asked in turn, one may be broken.
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
    Ask once or twice more for a page that came, where the same server failed at another request.

    The other name may be broken there alone; of several servers behind the address, one may be. A
    program's own error (500) at a path that we made up says nothing of either.
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
    """Make the same request once or twice more; a second later where requests may be counted."""
    if is_counted:
        run.is_cancelled.wait(min(_FORGOTTEN_S, run.deadline.left_s))
    for number in range(1, _REPEATS + 1):
        seen = None if run.is_over else _repeat(run, request, f"again-{number}", page, jar)
        if seen is None:
            return
        yield seen


def look_by_http1(run: Run, request: PageRequest, connection: Connection) -> HttpObservation | None:
    """Ask by HTTP/1.1 while HTTP/2 keeps silent."""
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
