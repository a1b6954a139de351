"""Requests for pages: one request to one permitted address, by name or by address."""

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

_OTHER_PATH = "/robots.txt"  # usually a file, so it is served even if the site's program hangs
_BY_ADDRESS, _INVENTED = "address", "invented"


@dataclass(frozen=True)
class PageRequest:
    """
    One request; `hop` counts the redirects that led to it, from 1.

    `way` names the series that it belongs to: a scheme, or the purpose of an extra request.
    `as_browser` and `as_phone` send the headers of a browser or a phone, `is_http1` excludes
    HTTP/2; `repeats` is the id of the observation that the request repeats.
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
    """Return a request by address instead of host, for another path."""
    url = url_of(scheme, str(address), port, _OTHER_PATH)
    return PageRequest(address, url, f"{scheme}-by-address@{address}", _BY_ADDRESS)


def same_page_by_address(run: Run, address: Address, scheme: Scheme, port: int) -> PageRequest:
    """Return a request by address instead of host, for the target's own path."""
    url = url_of(scheme, str(address), port, run.target.path)
    return PageRequest(address, url, f"{scheme}-same-by-address@{address}", _BY_ADDRESS)


def invented_page(page: HttpObservation, address: Address) -> PageRequest:
    """Return a request for a random path that no site has, at a page's host and address."""
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
    """Request a page and emit the observation; None if no request is permitted, or time is up."""
    # The connection is closed even if no request follows.
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
    """Request a page without emitting the observation; the caller decides whether to."""
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
