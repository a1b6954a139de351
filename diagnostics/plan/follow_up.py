"""
Second measurements that tell causes apart, each made only when the first kind of failure asks.

A clamped segment size for an MTU black hole, the issuer fetched for a chain that ends too early,
a trace for an address that nothing comes back from.
"""

from __future__ import annotations

import threading

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import (
    HttpObservation,
    TlsObservation,
)
from diagnostics.options import Address
from diagnostics.plan.connect import DEFAULT_PORT, Places
from diagnostics.probes.http import REQUEST_S
from diagnostics.probes.issuer import MAX_ISSUERS, Issuer, probe_issuer
from diagnostics.probes.route import probe_route
from diagnostics.probes.tls import HANDSHAKE_S
from diagnostics.targets import NotATargetError, parse_target

SMALL_SEGMENT = 536  # the smallest that every host must take, RFC 9293, section 3.7.1
_STALL_S = 1.5  # a handshake or a page that is not there by then may hang on big packets
_PATH_IS_SUSPECT_S = 0.4  # early, so that a pause comes after it
_ISSUER_IS_MISSING = {2, 20, 21}  # X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT and its like
_HUNG = {Failure.HTTP_SILENT, Failure.HTTP_STALLED}


class SecondLooks(Places):
    """What is asked again, differently."""

    # The path

    def _watch_path(self, address: Address) -> None:
        """Trace the way to an address that nothing comes back from."""
        if self._alive[str(address)].wait(min(_PATH_IS_SUSPECT_S, self.deadline.left_s)):
            return
        if not self._is_over:
            self._show(probe_route(address, deadline=self.deadline))

    # Big packets

    def _shake_hands_watched(
        self, address: Address, port: int, host: str, line: Connection = NEW
    ) -> tuple[TlsObservation | None, Connection]:
        """Shake hands; when it stalls, at the same time once more with small segments."""
        is_done, until = threading.Event(), self.deadline.within(HANDSHAKE_S)

        def again() -> None:
            if not is_done.wait(_STALL_S):
                line = Connection(None, SMALL_SEGMENT)
                _, small = self._shake_hands(address, port, host, line, until=until)
                if small.stream is not None:
                    small.stream.hang_up()

        second = self._start(again)
        tls, line = self._shake_hands(address, port, host, line)
        is_done.set()
        if tls is not None and tls.failure is Failure.TLS_SILENT:
            self._wait([second])
        return tls, line

    def _get_watched(  # noqa: PLR0913, PLR0917 - what a request needs
        self,
        address: Address,
        url: str,
        observation_id: str,
        way: str,
        line: Connection,
        jar: RequestsCookieJar,
    ) -> HttpObservation | None:
        """Ask for the page; when it stalls, at the same time once more with small segments."""
        is_done, until = threading.Event(), self.deadline.within(REQUEST_S)

        def again() -> None:
            if not is_done.wait(_STALL_S) and self._is_first("small-page"):
                small = Connection(None, SMALL_SEGMENT)
                self._get(address, url, f"{observation_id}/small", 1, "small", small, until=until)

        second = self._start(again)
        page = self._get(address, url, observation_id, 1, way, line, jar)
        is_done.set()
        if page is not None and page.failure in _HUNG:
            self._wait([second])
        return page

    # The chain

    def _find_issuer(self, tls: TlsObservation, address: Address) -> None:
        """Fetch what the server forgot to send (RFC 5280, section 4.2.2.1), step by step."""
        if tls.is_trusted is not False or tls.verify_code not in _ISSUER_IS_MISSING:
            return
        ending = tls.chain[-1] if tls.chain else None
        if ending is None or ending.is_self_signed or not self._is_first(f"issuer-of@{tls.id}"):
            return
        known: tuple[bytes, ...] = ()
        urls = ending.issuer_urls
        for number in range(MAX_ISSUERS):
            place = next((place for url in urls if (place := self._place_of(url))), None)
            if place is None or self._is_over:
                return
            url, at = place
            issuer: Issuer = probe_issuer(
                tls,
                url=url,
                at=at,
                server_at=address,
                known=known,
                number=number + 1,
                ca_file=self.options.ca_file,
                deadline=self.deadline,
            )
            self._show(issuer.observation)
            if issuer.observation.is_trusted is not False or issuer.der is None:
                return
            known, urls = (*known, issuer.der), issuer.next_urls

    def _place_of(self, url: str) -> tuple[str, Address] | None:
        """Judge where an issuer may be fetched, as any other target."""
        try:
            target, is_mended = parse_target(url)
        except NotATargetError:
            return None
        if is_mended or target.scheme != "http":
            return None
        if not self._policy.may_speak_http(target.port or DEFAULT_PORT["http"]):
            return None
        addresses = self._find_addresses(target.host)
        return (url, addresses[0]) if addresses else None
