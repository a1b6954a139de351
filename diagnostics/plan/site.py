"""Measure a site: https and http as browsers use them, at every address at once."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.plan.certificate_status import ask_for_status
from diagnostics.plan.connect import connect, try_port
from diagnostics.plan.follow_up import find_issuer, get_watched, shake_hands_watched
from diagnostics.plan.framed_page import look_into_frame
from diagnostics.plan.fresh_page import ask_past_cache
from diagnostics.plan.front import ask_front
from diagnostics.plan.https_record import look_at_https_record
from diagnostics.plan.invented_path import ask_invented_path
from diagnostics.plan.issuance import ask_who_may_issue
from diagnostics.plan.load_times import repeat_slow_page
from diagnostics.plan.page_parts import look_at_parts
from diagnostics.plan.pages import (
    PageRequest,
    fetch,
    get,
    request_by_address,
    same_page_by_address,
)
from diagnostics.plan.phone_look import look_as_phone
from diagnostics.plan.redirects import follow_redirects
from diagnostics.plan.resolve import MAX_SERVER_ADDRESSES
from diagnostics.plan.run import Run
from diagnostics.plan.second_looks import look_alone, look_whether_it_stays
from diagnostics.plan.strict_transport import ask_domain_above
from diagnostics.targets import DEFAULT_PORTS, Scheme, Target, https_only_ending, url_of

_WEB_SILENT_S = 0.4  # after so long without an answer of the web ports, the others are tried
# Errors sent by routers, which are not an answer of the web port.
_TURNED_AWAY = {
    *(Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE),
    *(Failure.TCP_PROHIBITED, Failure.TCP_TTL_EXCEEDED),
}
_DROPPED = {Failure.HTTP_CLOSED, Failure.TCP_RESET}


@dataclass(frozen=True)
class _WebPorts:
    """The state of a site's web ports, shared by its workers."""

    has_answered: threading.Event = field(default_factory=threading.Event)
    is_known: threading.Event = field(default_factory=threading.Event)
    by_address: list[Future[HttpObservation | None]] = field(default_factory=list)

    def learn(self, failure: Failure | None) -> None:
        """Update the state with the result of a connection to a web port."""
        if failure is not Failure.TCP_SILENT:
            if failure not in _TURNED_AWAY:
                self.has_answered.set()
            self.is_known.set()


@dataclass(frozen=True)
class _FetchedPage:
    """A requested page, and the cookies that it set."""

    observation: HttpObservation
    jar: RequestsCookieJar


def ways_of(target: Target) -> list[tuple[Scheme | None, int]]:
    """
    Return the schemes and ports that a browser may try for this target.

    Without a scheme it tries https and falls back to http. With a port and no scheme, the server
    decides (the scheme is None here). For some top-level domains browsers replace http by https.
    """
    is_upgraded = https_only_ending(target.host) and target.scheme == "http" and not target.port
    if target.scheme and not is_upgraded:
        return [(target.scheme, target.port or DEFAULT_PORTS[target.scheme])]
    if target.port is None:
        return [("https", DEFAULT_PORTS["https"]), ("http", DEFAULT_PORTS["http"])]
    scheme_by_port = {port: scheme for scheme, port in DEFAULT_PORTS.items()}
    return [(scheme_by_port.get(target.port), target.port)]


def measure_site(run: Run, addresses: list[Address]) -> None:
    """Measure every way at every address, with the further requests that distinguish causes."""
    web = _WebPorts()
    if run.target.kind == "domain":
        run.spawn_background(look_at_https_record, run, addresses)
    others = run.spawn(_try_other_services, run, web, addresses)
    ways = [
        run.spawn(_take_way, run, web, scheme, port, addresses)
        for scheme, port in ways_of(run.target)
    ]
    ends = run.wait(ways)
    run.wait([others])
    # After all others, because a server may limit requests.
    page = next((end for end in ends if end is not None), None)
    look_as_phone(run, page)
    # The workers above add to this list, so it is complete only now.
    look_whether_it_stays(run, page, run.wait(web.by_address))
    repeat_slow_page(run)


def _take_way(
    run: Run, web: _WebPorts, scheme: Scheme | None, port: int, addresses: list[Address]
) -> HttpObservation | None:
    """
    Try one way at every address, then follow the redirects of the first address that answers.

    Return the last page; None if the redirects lead to the other way, or to no page.
    """
    pages = run.wait(
        [run.spawn(_open_page, run, web, scheme, port, address) for address in addresses]
    )
    # The other way follows its own redirects, so a redirect to its start need not be followed here.
    starts = {
        url_of(scheme, run.target.host, port, run.target.path)
        for scheme, port in ways_of(run.target)
        if scheme
    }
    for page in pages:
        if page is not None and page.observation.status is not None:
            end = follow_redirects(run, page.observation, page.jar, starts)
            ask_past_cache(run, (page.observation, end))
            ask_invented_path(run, end)
            look_at_parts(run, end)
            look_into_frame(run, end)
            ask_domain_above(run, end)
            return end
    return None


def _open_page(
    run: Run, web: _WebPorts, scheme: Scheme | None, port: int, address: Address
) -> _FetchedPage | None:
    # Started after the handshake, on a path of 20 ms, it made a verdict take half as long again.
    early = _request_early(run, scheme, port, address)
    connection = _connect(run, web, address, port)
    if connection.stream is None:
        return None
    issuer: list[Future[None]] = []
    if scheme != "http":
        tls, connection = shake_hands_watched(run, address, port, run.target.host, connection)
        if tls is not None:
            issuer.append(run.spawn(find_issuer, run, tls, address))
            ask_who_may_issue(run, tls, address)
            ask_for_status(run, tls, address)
        if scheme is None and tls is not None:
            scheme = "http" if tls.failure is Failure.TLS_PLAIN_TEXT else "https"
        # Without TLS there is no page. A version without a stream means a protocol too old for us.
        is_shut = tls is not None and connection.stream is None and not tls.version
        if scheme is None or (scheme == "https" and is_shut):
            run.wait(issuer)
            return None
    web.by_address.append(run.spawn(_request_by_address, run, address, scheme, port, early))
    page = _get_first(run, web, scheme, (address, port), connection)
    run.wait(issuer)
    return page


def _connect(run: Run, web: _WebPorts, address: Address, port: int) -> Connection:
    """Connect to a web port; to one that HTTP may not be spoken to only to see who is there."""
    service = next((name for name, own in run.options.service_ports.items() if own == port), None)
    if run.policy.may_speak_http(port):
        contact, connection = connect(run, address, port, run.target.host, service=service)
    else:
        contact, connection = try_port(run, address, port, service=service), NEW
    if contact is not None:
        web.learn(contact.failure)
    return connection


def _get_first(
    run: Run, web: _WebPorts, scheme: Scheme, place: tuple[Address, int], connection: Connection
) -> _FetchedPage | None:
    address, port = place
    url = url_of(scheme, run.target.host, port, run.target.path)
    jar = RequestsCookieJar()
    request = PageRequest(address, url, f"{scheme}-1@{address}", scheme)
    page = get_watched(run, request, connection, jar)
    if page is None:
        return None
    # The server may refuse only this name (RFC 9110, section 7.4); the same request by address
    # shows that.
    if page.failure in _DROPPED and run.target.kind == "domain":
        get(run, same_page_by_address(run, address, scheme, port))
    ask_front(run, address, page, web.by_address)
    return _FetchedPage(look_alone(run, request, page, jar, web.by_address), jar)


def _request_early(
    run: Run, scheme: Scheme | None, port: int, address: Address
) -> Future[HttpObservation] | None:
    """
    Start the request by address together with the first way's connection, to save time.

    It isn't emitted if that connection fails.
    """
    if scheme is None or (scheme, port) != ways_of(run.target)[0] or run.is_over:
        return None
    if not run.policy.may_speak_http(port) or not run.once("early"):
        return None
    request = request_by_address(address, scheme, port)
    new = Connection(is_silent=lambda: run.known.is_silent(address))
    return run.spawn(fetch, run, request, new)


def _request_by_address(
    run: Run,
    address: Address,
    scheme: Scheme,
    port: int,
    early: Future[HttpObservation] | None,
) -> HttpObservation | None:
    """Request another path by address; one way and one address are enough."""
    if not run.once("by-address"):
        return None
    if early is None:
        return get(run, request_by_address(address, scheme, port))
    for page in run.wait([early]):
        return run.emit(page)
    return None


def _try_other_services(run: Run, web: _WebPorts, addresses: list[Address]) -> None:
    """Try the other services if the web ports are silent, to see whether the host is up."""
    # A refusal shows at once that a system answers; silence has to be waited for.
    web.is_known.wait(min(_WEB_SILENT_S, run.deadline.left_s))
    if web.has_answered.is_set():
        return
    web_ports = {port for _, port in ways_of(run.target)}
    run.wait(
        [
            # A connection without a greeting shows that the host is up, which is enough here.
            run.spawn(try_port, run, address, port, service=name, wants_greeting=False)
            for address in addresses[:MAX_SERVER_ADDRESSES]
            for name, port in run.options.service_ports.items()
            if port not in web_ports
        ]
    )
