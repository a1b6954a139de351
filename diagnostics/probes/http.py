"""The HTTP probe: one GET to one judged address, one hop, by requests with the address pinned."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable
from email.errors import MissingHeaderBodySeparatorDefect
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.tcp_connect import CONNECT_S, dial
from diagnostics.net.tls_stream import NEW, BrokenError, Connection, Silence, Stream
from diagnostics.observations import HttpObservation
from diagnostics.options import Address
from diagnostics.probes.certificates import looking_context
from diagnostics.probes.page import facts_of, read_body, text_of, unpack
from diagnostics.texts import escape_hidden

REQUEST_S = 8.0  # for everything: connection, first byte, body
_HEAD_CAP = 32 * 1024
_BODY_CAP = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_MAX_URL = 2048
_DEFAULT_PORT = {"http": 80, "https": 443}
_KEPT_HEADERS = (
    *("date", "age"),  # to compare clocks
    *("server", "via", "x-powered-by", "alt-svc", "strict-transport-security"),
    *("content-type", "content-length", "content-encoding", "location", "retry-after"),
    *("www-authenticate", "x-cache", "cf-ray", "cf-mitigated", "cf-error-type"),
    *("cf-error-origin", "x-sucuri-id", "x-sucuri-block", "x-amzn-waf-action", "x-iinfo"),
    *("x-vercel-mitigated", "x-vercel-error", "x-served-by", "x-github-request-id", "x-amz-cf-id"),
    *("x-generator", "x-drupal-cache", "refresh", "x-datadome", "x-robots-tag"),
)
_MAX_COOKIES = 20


class _Exchange(HTTPAdapter):
    """
    A requests adapter for exactly one exchange with exactly one address.

    The host of the URL is never resolved: the connection dials the address it was given, speaks
    TLS itself (whatever the certificate is worth: the TLS probe judges that), and dies with
    its deadline.
    """

    def __init__(
        self,
        address: Address,
        url: str,
        server_name: str | None,
        deadline: Deadline,
        line: Connection,
    ) -> None:
        super().__init__(max_retries=0)
        self._line = line
        parts = urlsplit(url)
        self._address, self._server_name, self._deadline = address, server_name, deadline
        self._is_tls = parts.scheme == "https"
        self._port = parts.port or _DEFAULT_PORT[parts.scheme]
        self._stream: Stream | None = None
        self.asked_at: float | None = None
        self.first_byte_at: float | None = None

    @property
    def received_bytes(self) -> int:
        return self._stream.received_bytes if self._stream else 0

    @property
    def first_bytes(self) -> bytes:
        return self._stream.first_bytes if self._stream else b""

    @property
    def has_ended(self) -> bool:
        return self._stream is not None and self._stream.has_ended

    def allow_body(self) -> None:
        """After the head: a cap of its own for the body."""
        if self._stream:
            self._stream.cap_bytes = self._stream.received_bytes + _BODY_CAP

    def close(self) -> None:
        super().close()
        if self._stream:
            self._stream.hang_up()

    def _connect(self) -> Stream:
        stream = self._line.stream
        is_ready = stream is not None
        if stream is None:
            stream = dial(
                self._address,
                self._port,
                self._deadline.within(CONNECT_S),
                self._line.segment_bytes,
                is_dark=self._line.is_dark,
            )
        stream.deadline = self._deadline
        self._stream = stream
        if self._is_tls and not is_ready:
            try:
                stream.start_tls(looking_context(), self._server_name)
            except ssl.SSLError as error:
                raise BrokenError(Failure.TLS_BROKEN, str(error)) from error
        stream.cap_bytes = _HEAD_CAP
        stream.on_first_byte = self._note_first_byte
        self.asked_at = time.monotonic()
        return stream

    def _note_first_byte(self) -> None:
        self.first_byte_at = time.monotonic()

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:  # noqa: ANN401 - requests' own signature
        pool = HTTPConnectionPool(str(self._address), self._port, maxsize=1, block=False)
        pool.ConnectionCls = _connection_class(self._connect)
        return pool


def _connection_class(connect: Callable[[], Stream]) -> type[HTTPConnection]:
    class _Connection(HTTPConnection):
        def _new_conn(self) -> Any:  # noqa: ANN401 - a Stream where a socket is expected
            return connect()

    return _Connection


def probe_http(  # noqa: PLR0913 - what a request needs
    address: Address,
    url: str,
    *,
    observation_id: str,
    user_agent: str,
    deadline: Deadline,
    hop: int = 1,
    way: str = "http",
    by_address: bool = False,
    line: Connection = NEW,
    jar: RequestsCookieJar | None = None,
) -> HttpObservation:
    """
    GET one URL from one address (RFC 9110, RFC 9112). Nothing is followed or sent twice.

    No login, no proxy of our environment, no compression asked for. Cookies only go back to the
    host that set them, within one chain of redirects, whose `jar` it is (RFC 6265); no value
    leaves it. The body is read up to 64 KB. The connection is the `line`'s where it brings one,
    with its TLS already set up.
    """
    watch = Stopwatch()
    parts = urlsplit(url)
    host = parts.hostname or ""
    server_name = None if by_address or _is_address(host) else host
    exchange = _Exchange(address, url, server_name, deadline.within(REQUEST_S), line)
    facts = _ask(exchange, url, user_agent, jar)
    if facts.get("failure") is Failure.HTTP_SILENT and watch.elapsed_s < REQUEST_S / 2:
        facts["failure"] = Failure.VANTAGE_NO_TIME  # the diagnosis was over, not the server slow
    if exchange.asked_at and exchange.first_byte_at:
        facts["first_byte_s"] = round(exchange.first_byte_at - exchange.asked_at, 6)
    return HttpObservation(
        id=observation_id,
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        url=escape_hidden(url, _MAX_URL),
        host=host,
        port=parts.port or _DEFAULT_PORT[parts.scheme],
        hop=hop,
        way=way,
        by_address=by_address,
        first_bytes=escape_hidden(exchange.first_bytes.decode("latin-1"), 80),
        segment_bytes=line.segment_bytes,
        **facts,
    )


def _ask(
    exchange: _Exchange, url: str, user_agent: str, jar: RequestsCookieJar | None
) -> dict[str, Any]:
    """Send the request and read what comes; what was read before a failure is kept."""
    facts: dict[str, Any] = {}
    headers = {
        "User-Agent": user_agent,
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Encoding": "identity",
        "Accept-Language": "en, ru;q=0.9, *;q=0.5",
        "Connection": "close",
        "Host": _host_header(url),
    }
    try:
        # Not by a session: it would read our environment and follow the Location half-way.
        request = requests.Request("GET", url, headers=headers, cookies=jar).prepare()
        response = exchange.send(request, stream=True, verify=False)
        facts |= _head(response, url)
        if jar is not None:
            extract_cookies_to_jar(jar, request, response.raw)  # type: ignore[no-untyped-call]  # requests' own stubs
        exchange.allow_body()
        facts |= read_body(response.raw, _BODY_CAP)
        facts |= _page(facts, response.headers.get("content-encoding"))
    except (Silence, BrokenError, EOFError) as error:
        facts |= _failure(error, exchange, has_head="status" in facts)
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        http.client.HTTPException,
        OSError,
        ValueError,
    ) as error:
        facts |= _failure_of_library(error, exchange, has_head="status" in facts)
    finally:
        exchange.close()
    return facts


def _page(facts: dict[str, Any], encoding: str | None) -> dict[str, Any]:
    """Reduce the body to what conclusions need."""
    body = facts.pop("body")
    try:
        body = unpack(body, encoding, is_whole=facts["body_is_whole"])
    except ValueError as error:
        return {"failure": Failure.HTTP_MALFORMED, "failure_detail": escape_hidden(str(error))}
    except http.client.IncompleteRead:
        return {"failure": Failure.HTTP_TRUNCATED, "failure_detail": f"{encoding} has no end"}
    return facts_of(text_of(body, facts["headers"]))


def _head(response: requests.Response, url: str) -> dict[str, Any]:
    if any(isinstance(one, MissingHeaderBodySeparatorDefect) for one in _defects(response)):
        raise http.client.HTTPException("a line among the headers has no colon")
    headers = {
        name: escape_hidden(_utf8(response.headers[name]))
        for name in _KEPT_HEADERS
        if name in response.headers
    }
    location = _utf8(response.headers.get("location", ""))
    is_redirect = response.status_code in _REDIRECTS and bool(location)
    return {
        "status": response.status_code,
        "reason": escape_hidden(_utf8(response.reason or ""), 80),
        "headers": headers,
        "sets_cookie": "set-cookie" in response.headers,
        "cookies": _cookie_names(response),
        "next_url": _next_url(url, location) if is_redirect else None,
    }


def _defects(response: requests.Response) -> list[Any]:
    """What Python's parser noted of the head (RFC 9112, section 5); urllib3 only logs it."""
    original = getattr(response.raw, "_original_response", None)
    return list(original.msg.defects) if isinstance(original, http.client.HTTPResponse) else []


def _cookie_names(response: requests.Response) -> tuple[str, ...]:
    """Names only; a value may be somebody's secret."""
    lines = response.raw.headers.getlist("set-cookie")[:_MAX_COOKIES]
    return tuple(escape_hidden(line.partition("=")[0].strip(), 60) for line in lines)


def _next_url(url: str, location: str) -> str:
    """Resolve a Location against the URL that gave it (RFC 9110, section 10.2.2)."""
    try:
        joined = urljoin(url, location.strip()).partition("#")[0]
    except ValueError:
        joined = location
    return escape_hidden(joined, _MAX_URL + 1)


def _failure(error: Exception, exchange: _Exchange, *, has_head: bool) -> dict[str, Any]:
    has_bytes = exchange.received_bytes > 0
    if isinstance(error, Silence):
        failure = Failure.HTTP_STALLED if has_bytes or has_head else Failure.HTTP_SILENT
        if exchange.asked_at is None:
            failure = Failure.TCP_SILENT
        return {"failure": failure, "failure_detail": "the time for one request was over"}
    if isinstance(error, EOFError):
        return {"failure": Failure.HTTP_MALFORMED, "failure_detail": "endless headers"}
    failure = error.failure if isinstance(error, BrokenError) else Failure.UNKNOWN
    if has_bytes:
        is_http = has_head or exchange.first_bytes.startswith(b"HTTP/")
        failure = Failure.HTTP_TRUNCATED if is_http else Failure.HTTP_MALFORMED
    return {"failure": failure, "failure_detail": escape_hidden(str(error))}


def _failure_of_library(error: Exception, exchange: _Exchange, *, has_head: bool) -> dict[str, Any]:
    """Read what the HTTP libraries say by what had come until then."""
    if has_head:  # a chunk without a length looks to http.client like an end that came too soon
        failure = Failure.HTTP_TRUNCATED if exchange.has_ended else Failure.HTTP_MALFORMED
    elif exchange.received_bytes:
        failure = Failure.HTTP_MALFORMED
    else:
        failure = Failure.HTTP_CLOSED
    return {"failure": failure, "failure_detail": escape_hidden(str(error))}


def _utf8(text: str) -> str:
    """Header bytes as people wrote them: http.client reads them as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _host_header(url: str) -> str:
    """Give host, and port where it isn't the scheme's own (RFC 9110, section 7.2)."""
    return urlsplit(url).netloc.lower().removesuffix(f":{_DEFAULT_PORT[urlsplit(url).scheme]}")
