"""What is measured at a site: the ways a browser may take, at every address at once."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import HttpObservation
from diagnostics.options import Address, Options
from diagnostics.plan.connect import hang_up, url_of
from diagnostics.plan.redirects import Redirects
from diagnostics.plan.resolve import TargetKind
from diagnostics.plan.server import MAX_SERVER_ADDRESSES, ServerPlan
from diagnostics.targets import Scheme, Target

_SECOND_LOOK_S = 0.4  # this long without a sound from the web ports, and the others are tried
_TURNED_AWAY = {
    *(Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE),
    *(Failure.TCP_PROHIBITED, Failure.TCP_TTL_EXCEEDED),
}
_DROPPED = {Failure.HTTP_CLOSED, Failure.TCP_RESET}


class SitePlan(Redirects, ServerPlan):
    """A site by its pages."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        super().__init__(target, kind, options)
        self._web_answered = threading.Event()
        self._web_is_known = threading.Event()
        self._jars: dict[str, RequestsCookieJar] = {}
        self._beside: list[Future[None]] = []

    def _measure_site(self, addresses: list[Address]) -> None:
        pings = [self._start(self._ping, address) for address in addresses]
        paths = [self._start(self._watch_path, address) for address in addresses]
        started = [self._start(self._look_for_life, addresses)]
        started.extend(
            self._start(self._walk, scheme, port, addresses) for scheme, port in self._ways()
        )
        self._wait(started)
        self._wait(self._beside)
        self._nothing_else_to_do.set()
        self._wait([*pings, *paths])

    def _walk(self, scheme: Scheme | None, port: int, addresses: list[Address]) -> None:
        """Try one way at every address, then follow the redirects of the first that answers."""
        first = self._wait(
            [self._start(self._open_page, scheme, port, address) for address in addresses]
        )
        for page in first:
            if page is not None and page.status is not None:
                self._follow(page, self._jars[page.id])
                return

    def _open_page(
        self, scheme: Scheme | None, port: int, address: Address
    ) -> HttpObservation | None:
        host, service = self.target.host, self._service_of(port)
        early = self._ask_early(scheme, port, address)
        if not self._policy.may_speak_http(port):
            contact, line = self._connect(address, port, host, service=service), NEW
        else:
            contact, line = self._open_line(address, port, host, service=service)
        self._note(contact.failure if contact else None)
        if contact is None or contact.failure is not None or line.stream is None:
            return None
        extra = []
        if scheme != "http":
            tls, line = self._shake_hands_watched(address, port, host, line)
            if tls is not None:
                extra.append(self._start(self._find_issuer, tls, address))
            if scheme is None and tls is not None:
                scheme = "http" if tls.failure is Failure.TLS_PLAIN_TEXT else "https"
            is_shut = tls is not None and line.stream is None and not tls.version
            if scheme is None or (scheme == "https" and is_shut):
                self._wait(extra)
                return None
        self._beside.append(self._start(self._ask_by_address_too, address, scheme, port, early))
        page = self._get_first(address, scheme, port, line)
        self._wait(extra)
        return page

    def _get_first(
        self, address: Address, scheme: Scheme, port: int, line: Connection
    ) -> HttpObservation | None:
        if scheme == "http" and line.stream is not None and self._is_over:
            hang_up(line)
        url = url_of(scheme, self.target.host, port, self.target.path)
        jar = RequestsCookieJar()
        page = self._get_watched(address, url, f"{scheme}-1@{address}", scheme, line, jar)
        if page is not None:
            self._jars[page.id] = jar
        if page is not None and page.failure in _DROPPED and self.target.kind == "domain":
            same = url_of(scheme, str(address), port, self.target.path)
            self._get(address, same, f"{scheme}-same-by-address@{address}", 1, "address")
        return page

    def _note(self, failure: Failure | None) -> None:
        """Tell whoever waits what the web ports are like."""
        if failure is not Failure.TCP_SILENT:
            if failure not in _TURNED_AWAY:
                self._web_answered.set()
            self._web_is_known.set()

    def _service_of(self, port: int) -> str | None:
        return next((name for name, own in self.options.service_ports.items() if own == port), None)

    def _ask_early(
        self, scheme: Scheme | None, port: int, address: Address
    ) -> Future[HttpObservation] | None:
        """
        Ask by address along with the first way's own connection, so that it takes no longer.

        Nobody hears of it where that connection comes to nothing.
        """
        if scheme is None or (scheme, port) != self._ways()[0] or self._is_over:
            return None
        if not self._policy.may_speak_http(port) or not self._is_first("early"):
            return None
        line = Connection(is_dark=self._is_dark(address))
        return self._start(self._request_by_address, address, scheme, port, line)

    def _ask_by_address_too(
        self,
        address: Address,
        scheme: Scheme,
        port: int,
        early: Future[HttpObservation] | None,
    ) -> None:
        """Ask for another name and path; one way and one address are enough."""
        if not self._is_first("by-address"):
            return
        if early is None:
            self._get_by_address(address, scheme, port)
        for page in self._wait([early] if early else []):
            self._show(page)

    def _look_for_life(self, addresses: list[Address]) -> None:
        """Try the other services when the web ports are silent: is the host there at all?"""
        self._web_is_known.wait(min(_SECOND_LOOK_S, self.deadline.left_s))
        if self._web_answered.is_set():
            return
        asked = {port for _, port in self._ways()}
        self._wait(
            [
                self._start(self._touch_service, address, name, port)
                for address in addresses[:MAX_SERVER_ADDRESSES]
                for name, port in self.options.service_ports.items()
                if port not in asked
            ]
        )

    def _touch_service(self, address: Address, name: str, port: int) -> None:
        """Connect and no more: that a system answers is enough here."""
        self._connect(address, port, self.target.host, service=name, wants_greeting=False)
