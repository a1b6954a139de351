"""Pages: one request to one judged address, and where it is worth it the same by address."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

from requests.cookies import RequestsCookieJar

from diagnostics.net.deadline import Deadline
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.probes.http import probe_http
from diagnostics.targets import Scheme, port_of, url_of

_OTHER_PATH = "/robots.txt"  # usually a file: it answers even where the site's program hangs
_BY_ADDRESS, _INVENTED = "address", "invented"


@dataclass(frozen=True)
class PageRequest:
    """
    What to ask whom for; `hop` counts the redirects that led here, from 1.

    `way` names the series that the request belongs to: a scheme, or why it is made besides.
    `as_browser` asks in a browser's words, `as_phone` in a phone's, `is_http1` without HTTP/2;
    `repeats` is the observation that was made without.
    """

    address: Address
    url: str
    observation_id: str
    way: str
    hop: int = 1
    as_browser: bool = False
    as_phone: bool = False
    is_http1: bool = False
    repeats: str | None = None


def request_by_address(address: Address, scheme: Scheme, port: int) -> PageRequest:
    """Return the request that names the address instead of the host, and another path."""
    url = url_of(scheme, str(address), port, _OTHER_PATH)
    return PageRequest(address, url, f"{scheme}-by-address@{address}", _BY_ADDRESS)


def same_page_by_address(run: Run, address: Address, scheme: Scheme, port: int) -> PageRequest:
    """Return the request for the target's own path that names the address instead of the host."""
    url = url_of(scheme, str(address), port, run.target.path)
    return PageRequest(address, url, f"{scheme}-same-by-address@{address}", _BY_ADDRESS)


def invented_page(page: HttpObservation, address: Address) -> PageRequest:
    """Return the request for a path that no site has, at the place that a page came from."""
    parts = urlsplit(page.url)
    url = urlunsplit((parts.scheme, parts.netloc, f"/{token_hex(6)}", "", ""))
    return PageRequest(address, url, f"{parts.scheme}-{_INVENTED}@{address}", _INVENTED)


def get(
    run: Run,
    request: PageRequest,
    connection: Connection = NEW,
    jar: RequestsCookieJar | None = None,
    *,
    until: Deadline | None = None,
) -> HttpObservation | None:
    """Request a page and emit what came; None where no request may be made any more."""
    # A connection that was handed over must not stay open where no request follows.
    if run.is_over or not run.policy.may_speak_http(port_of(request.url)):
        connection.close()
        return None
    return run.emit(fetch(run, request, connection, jar, until=until))


def fetch(
    run: Run,
    request: PageRequest,
    connection: Connection = NEW,
    jar: RequestsCookieJar | None = None,
    *,
    until: Deadline | None = None,
) -> HttpObservation:
    """Request a page and emit nothing: the caller decides whether it counts."""
    page = probe_http(
        request.address,
        request.url,
        observation_id=request.observation_id,
        user_agent=run.options.user_agent,
        deadline=until or run.deadline,
        hop=request.hop,
        way=request.way,
        by_address=request.way == _BY_ADDRESS,
        connection=connection,
        jar=jar,
        as_browser=request.as_browser,
        as_phone=request.as_phone,
        is_http1=request.is_http1,
    )
    return page.model_copy(update={"repeats": request.repeats}) if request.repeats else page
