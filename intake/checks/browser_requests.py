"""
The requests that a browser elsewhere makes to a target, and the meaning of its answer.

They name only the target that our own diagnosis accepted and measured, and the operator's test
names with a single address family. A browser's answer refers to a request by its index in this
list, never by a URL of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from diagnostics import (
    AddressPolicy,
    Failure,
    Options,
    Report,
    VantageObservation,
    VantageQuestion,
)

MAX_ANSWER_BYTES: Final = 4096
_FAILURES: Final = {
    "reached": None,
    "failed": Failure.FETCH_FAILED,
    "timed-out": Failure.FETCH_TIMED_OUT,
    "stalled": Failure.FETCH_STALLED,
    "altered": Failure.FETCH_ALTERED,
    "forced": Failure.FETCH_FORCED,
}
_ONLY_ASKED_OF: Final[dict[str, VantageQuestion]] = {"altered": "own", "forced": "site"}
_LONGEST_S: Final = 60.0
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# Browsers always block these ports (Fetch, "bad port"), so a failure proves nothing.
_REFUSED_BY_BROWSERS: Final = {21, 22, 25, 53, 110, 143, 465, 587, 993, 995, 6667}
_MAX_PORTS: Final = 2
_MAX_PARTS: Final = 2
_PARTS: Final = (".js", ".css", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg")
# URLs from a stranger's page: only those of a safe form are used.
_PLAIN_URL: Final = re.compile(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9./_~%?=&,+-]*")
_IPV4_PREFIX, _IPV6_PREFIX = 24, 48


@dataclass(frozen=True)
class BrowserRequest:
    """One request of a browser: the question it answers, and its URL."""

    asked: VantageQuestion
    url: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, in the form of a CSP source."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class FamilyUrls:
    """The operator's test URLs with a single address family; None if not configured."""

    ipv4: str | None = None
    ipv6: str | None = None


def browser_requests(
    report: Report, options: Options, families: FamilyUrls, *, page_scheme: str, path: str = "/"
) -> tuple[BrowserRequest, ...]:
    """
    Return the requests that a browser may make to this target; () if there are none.

    A page loaded by https can't load anything by http (mixed content). Every address of the target
    must be one that we may dial ourselves.
    """
    if report.kind == "mail" or not _is_permitted(report, options):
        return ()
    way = open_endpoint(report, page_scheme)
    if way is None:
        return ()
    scheme, port = way
    site = _url(scheme, report.target.host, port)
    rows = [
        BrowserRequest("own", ""),
        BrowserRequest("site", site.removesuffix("/") + path),
        BrowserRequest("image", f"{site}favicon.ico"),
    ]
    # CSP can't name an IPv6 address (CSP 3, section 2.3.1); an address as target needs no row.
    four = [address for address in report.addresses if ":" not in address]
    if report.target.address is None:
        rows += [BrowserRequest("address", _url(scheme, address, port)) for address in four[:1]]
    rows += [BrowserRequest("part", url) for url in _parts(report, rows[1].origin)]
    rows += [
        BrowserRequest("port", _url(scheme, report.target.host, other))
        for other in _other_ports(report, options, port)
    ]
    named: tuple[tuple[VantageQuestion, str | None], ...] = (
        ("ipv4", families.ipv4),
        ("ipv6", families.ipv6),
    )
    rows += [BrowserRequest(asked, url) for asked, url in named if url]
    return tuple(rows)


def origins_of(requests: Sequence[BrowserRequest]) -> tuple[str, ...]:
    """Return the origins for the page's policy: the target's, with https too for redirects."""
    origins = [request.origin for request in requests if request.url]
    secure = [origin.replace("http://", "https://") for origin in origins if origin.count(":") == 1]
    return tuple(dict.fromkeys((*origins, *secure)))


def read_answer(
    text: bytes,
    requests: Sequence[BrowserRequest],
    *,
    vantage: Literal["browser", "friend"],
    client: str,
    now: datetime,
) -> tuple[VantageObservation, ...]:
    """
    Return the observations in a browser's answer; () if it has no valid ones.

    It is untrusted input: sizes, indexes, words and times are bounded, everything else is ignored.
    """
    try:
        answer = json.loads(text) if len(text) <= MAX_ANSWER_BYTES else None
    except (ValueError, RecursionError):
        return ()
    if not isinstance(answer, dict) or not isinstance(answer.get("seen"), list):
        return ()
    network = coarse_network(client)
    ahead_s = _clock_ahead_s(answer.get("clock"), now)
    observations: dict[int, VantageObservation] = {}
    for row in answer["seen"][: 2 * len(requests)]:
        place, word, ms = _row(row)
        if place is None or not 0 <= place < len(requests) or word not in _FAILURES:
            continue
        request = requests[place]
        if _ONLY_ASKED_OF.get(word, request.asked) != request.asked:
            continue
        seconds = min(max(ms / 1000, 0.0), _LONGEST_S)
        viewer = f"{vantage}@{network or 'unknown'}"
        observations[place] = VantageObservation(
            id=f"vantage-{viewer}-{place}-{request.asked}",
            started_at=now.astimezone(UTC) - timedelta(seconds=seconds),
            duration_s=round(seconds, 3),
            failure=_FAILURES[word],
            viewer=viewer,
            vantage=vantage,
            network=network,
            asked=request.asked,
            url=request.url,
            clock_ahead_s=ahead_s,
            # A friend isn't our customer: only the network is stored, not the address.
            client_address=client if vantage == "browser" and network else None,
        )
    return (
        tuple(observations.values())
        if any(o.asked == "site" for o in observations.values())
        else ()
    )


def coarse_network(client: str) -> str:
    """Return an address's /24, or /48 for IPv6, to distinguish networks; "" for no address."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    prefix = _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX  # noqa: PLR2004 - the version
    return str(ip_network((address, prefix), strict=False))


def _is_permitted(report: Report, options: Options) -> bool:
    policy = AddressPolicy(options)
    addresses = [ip_address(address) for address in report.addresses]
    return bool(addresses) and all(policy.refusal(address) is None for address in addresses)


def open_endpoint(report: Report, page_scheme: str) -> tuple[str, int] | None:
    """Return scheme and port that our own measurements found open, the preferred first; or None."""
    target = report.target
    opened = {
        o.port
        for o in report.observations
        if o.probe == "tcp" and o.host == target.host and o.failure is None
    }
    schemes = [target.scheme] if target.scheme else ["https", "http"]
    ways = [
        (scheme, target.port or _DEFAULT_PORTS[scheme])
        for scheme in schemes
        if page_scheme == "http" or scheme == "https"
    ]
    # If nothing is open for us, the default is tried all the same: it may be open for others.
    open_ways = [way for way in ways if way[1] in opened]
    return next(iter([*open_ways, *([] if opened else ways)]), None)


def _other_ports(report: Report, options: Options, port: int) -> Iterator[int]:
    """Yield other ports that are open from here and allowed in browsers."""
    opened = [
        o.port
        for o in report.observations
        if o.probe == "tcp" and o.host == report.target.host and o.failure is None
    ]
    fitting = [
        other
        for other in dict.fromkeys(opened)
        if other != port and other in options.http_ports and other not in _REFUSED_BY_BROWSERS
    ]
    yield from fitting[:_MAX_PORTS]


def _parts(report: Report, origin: str) -> Iterator[str]:
    """Yield scripts, styles and pictures of the page's own origin, which a browser loads fully."""
    loads = [
        urljoin(page.url, url)
        for page in report.observations
        if page.probe == "http" and not page.by_address
        for url in page.loads
    ]
    fitting = [
        url
        for url in dict.fromkeys(loads)
        if url.startswith(f"{origin}/")
        and urlsplit(url).path.lower().endswith(_PARTS)
        and _PLAIN_URL.fullmatch(url)
    ]
    yield from fitting[:_MAX_PARTS]


def _url(scheme: str, host: str, port: int) -> str:
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}/" if port == _DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}/"


def _row(row: object) -> tuple[int | None, str, float]:
    if not isinstance(row, list) or len(row) != 3:  # noqa: PLR2004 - place, word, milliseconds
        return None, "", 0.0
    place, word, ms = row
    is_time = isinstance(ms, int | float) and not isinstance(ms, bool) and ms == ms  # noqa: PLR0124 - no NaN
    if not isinstance(place, int) or isinstance(place, bool) or not isinstance(word, str):
        return None, "", 0.0
    return place, word, float(ms) if is_time else 0.0


def _clock_ahead_s(clock: object, now: datetime) -> float | None:
    """Return how many seconds the browser's clock is ahead, or None if implausible."""
    if not isinstance(clock, int | float) or isinstance(clock, bool):
        return None
    ahead_s = clock / 1000 - now.timestamp()
    century_s = 100 * 365 * 86_400
    return round(ahead_s, 1) if -century_s < ahead_s < century_s else None
