"""Redirects, hop by hop; each is judged anew, resolved once and pinned."""

from __future__ import annotations

from requests.cookies import RequestsCookieJar

from diagnostics.failures import Failure
from diagnostics.net.deadline import Stopwatch
from diagnostics.net.tls_stream import NEW, Connection
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.plan.connect import DEFAULT_PORT, url_of
from diagnostics.plan.follow_up import SecondLooks
from diagnostics.targets import NotATargetError, Scheme, Target, parse_target

MAX_REDIRECTS = 10
_MAX_URL = 2048
Held = tuple[tuple[str, ...], ...]


class Redirects(SecondLooks):
    """Where a page leads, with the cookies that it sets on the way."""

    def _ways(self) -> list[tuple[Scheme | None, int]]:
        """
        The ways a browser may take to this target.

        Without a scheme it tries https and falls back to http; with a port and no scheme,
        what is spoken there decides (the scheme is None here).
        """
        target = self.target
        if target.scheme:
            return [(target.scheme, target.port or DEFAULT_PORT[target.scheme])]
        if target.port is None:
            return [("https", 443), ("http", 80)]
        known: dict[int, Scheme] = {80: "http", 443: "https"}
        return [(known.get(target.port), target.port)]

    def _follow(self, page: HttpObservation, jar: RequestsCookieJar) -> None:
        """
        Follow hop by hop; each is judged anew, resolved once and pinned.

        A page that was seen is worth a second look once it has set a cookie: it may wait for it.
        """
        visited: set[tuple[str, Held]] = {(page.url, ())}
        starts = {
            url_of(scheme, self.target.host, port, self.target.path)
            for scheme, port in self._ways()
            if scheme
        }
        current: HttpObservation | None = page
        while current is not None and current.next_url and not self._is_over:
            url = current.next_url
            seen = (url, _held(jar))
            if seen in visited or url in starts - {page.url} or current.hop > MAX_REDIRECTS:
                return
            visited.add(seen)
            current = self._hop(url, current, jar)

    def _hop(
        self, url: str, before: HttpObservation, jar: RequestsCookieJar
    ) -> HttpObservation | None:
        hop, way = before.hop + 1, before.way
        target, refusal = self._read_hop(url)
        if target is None:
            self._show(_not_followed(url, hop, way, refusal))
            return None
        scheme = target.scheme or "http"
        port = target.port or DEFAULT_PORT[scheme]
        address, line = self._reach(target.host, port, prefer=before.address)
        if address is None:
            return None
        if scheme == "https":
            tls, line = self._shake_hands(address, port, target.host, line)
            if tls is not None:
                self._find_issuer(tls, address)
                if not tls.version:
                    return None
        url = url_of(scheme, target.host, port, target.path)
        return self._get(address, url, f"{way}-{hop}@{address}", hop, way, line, jar)

    def _read_hop(self, url: str) -> tuple[Target | None, str]:
        """Judge where a redirect leads; with no target, the reason why it is not followed."""
        if len(url) > _MAX_URL:
            return None, "too_long"
        try:
            target, is_mended = parse_target(url)
        except NotATargetError as error:
            return None, error.reason
        if is_mended or target.scheme is None:
            return None, "other_scheme"
        if target.port is not None and not self._policy.may_speak_http(target.port):
            return None, "port_not_probed"
        if target.address is not None and (refusal := self._policy.refusal(target.address)):
            return None, refusal.value
        return target, ""

    def _reach(
        self, host: str, port: int, *, prefer: str | None
    ) -> tuple[Address | None, Connection]:
        """Give the first address of the host that takes a connection, as a browser would."""
        addresses = sorted(self._find_addresses(host), key=lambda address: str(address) != prefer)
        for address in addresses:
            contact, line = self._open_line(address, port, host)
            if contact is None or contact.failure is None:
                return address, line
        return None, NEW


def _held(jar: RequestsCookieJar) -> Held:
    return tuple(sorted((one.domain, one.path, one.name, one.value or "") for one in jar))


def _not_followed(url: str, hop: int, way: str, refusal: str) -> HttpObservation:
    watch = Stopwatch()
    return HttpObservation(
        id=f"{way}-{hop}@nowhere",
        started_at=watch.started_at,
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
