"""
Second looks at a page that a browser may see otherwise, each only where the first asks for it.

By HTTP/1.1 where HTTP/2 fails, and in a browser's words where a program is turned away.
"""

from __future__ import annotations

from dataclasses import replace

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.tls_stream import Connection
from diagnostics.observations import HttpObservation
from diagnostics.plan.pages import PageRequest, get
from diagnostics.plan.run import Run

_REFUSALS = {400, 403, 405, 406}
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


def look_by_http1(run: Run, request: PageRequest, connection: Connection) -> HttpObservation | None:
    """Ask by HTTP/1.1 while HTTP/2 keeps silent."""
    again = replace(request, is_http1=True, repeats=request.observation_id)
    again = replace(again, observation_id=f"{request.observation_id}/http1")
    return get(run, again, connection)


def _repeat(
    run: Run, request: PageRequest, manner: str, page: HttpObservation, jar: RequestsCookieJar
) -> HttpObservation | None:
    observation_id = f"{request.observation_id}/{manner}"
    again = replace(request, observation_id=observation_id, repeats=page.id)
    return get(run, again, jar=jar)
