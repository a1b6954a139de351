"""
The HTTP client: requests over a connection that is pinned to one judged address.

The host of the URL is never resolved, no redirect is followed and no environment is read. Head and
body have separate size limits, and everything ends at the deadline.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import MockRequest, RequestsCookieJar
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from diagnostics.failures import Failure
from diagnostics.late_imports import importing
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline
from diagnostics.net.response_head import HeadReader, ResponseHead
from diagnostics.net.tcp_connect import CONNECT_TIMEOUT_S, tcp_connect
from diagnostics.net.tls_stream import NEW, Connection, Stream
from diagnostics.options import Address
from diagnostics.targets import DEFAULT_PORTS, port_of

_CHUNK = 16_384
_STALL_S = 5.0  # an answer that paused for so long counts as stalled
_PAUSE_S = 1.5  # after so long without a byte we check whether the page is complete
_MAX_COOKIES = 180  # as many as Chromium keeps of one site
_NOT_IN_HTTP2 = {"Connection", "Host"}  # RFC 9113, sections 8.2.2 and 8.3.1
# So much shows what a page is; the rest is read only while it comes quickly.
_ENOUGH_BYTES, _REST_S = 64 * 1024, 1.5

# What the HTTP libraries raise on bytes that are no HTTP answer, or only half of one.
LIBRARY_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


@dataclass(frozen=True)
class Body:
    """
    The bytes of a body; `is_whole` is None if reading stopped before its end.

    It stops at the cap, when the page was found to be finished (see `read_body`), or, with
    `is_out_of_time`, when our time was over while bytes still came.
    """

    data: bytes
    is_whole: bool | None
    is_out_of_time: bool = False


class HttpExchange(HTTPAdapter):
    """
    A requests adapter for exactly one exchange with exactly one address.

    It connects to the given address, or uses the given connection, and does the TLS handshake
    itself: `tls_context` decides what of the certificate is verified. If ALPN chose HTTP/2, it uses
    that. Until the end it knows when the request was sent (`asked_at`), when the first byte came,
    and what came. `certificate` is the server's (DER) if it did the handshake itself.
    """

    def __init__(  # noqa: PLR0913 - what an exchange needs
        self,
        address: Address,
        url: str,
        *,
        deadline: Deadline,
        tls_context: Callable[[], ssl.SSLContext],
        server_name: str | None,
        connection: Connection = NEW,
    ) -> None:
        super().__init__(max_retries=0)
        self._address, self._url, self._port = address, url, port_of(url)
        self._deadline, self._server_name = deadline, server_name
        self._tls_context, self._connection = tls_context, connection
        self._stream: Stream | None = None
        self._read: Callable[[int], bytes] = lambda _: b""
        self.is_http2 = False
        self.asked_at: float | None = None
        self.first_byte_at: float | None = None
        self.certificate: bytes | None = None

    def get(self, headers: Mapping[str, str], jar: RequestsCookieJar | None = None) -> ResponseHead:
        """
        Send a GET with these headers and read the head of the answer; its cookies go into `jar`.

        Raises:
            Silence: the deadline came first.
            BrokenError: the connection could not be made, or ended early.
            EOFError: the head is longer than its cap.
            LIBRARY_ERRORS: what came is no HTTP answer.
        """
        stream = self._connect()
        # Not through a session, which would read our environment and resolve the Location header.
        # Host is written here: urllib3 would take the pool's, which is the address.
        all_headers = {"Connection": "close", "Host": host_header(self._url), **headers}
        request = requests.Request("GET", self._url, headers=all_headers, cookies=jar).prepare()
        self.is_http2 = stream.protocol == "h2"
        self.asked_at = time.monotonic()
        head = (
            self._request_http2(stream, request)
            if self.is_http2
            else self._request_http1(stream, request)
        )
        if jar is not None:
            _store_cookies(jar, request, head)
        return head

    def _request_http1(self, stream: Stream, request: requests.PreparedRequest) -> ResponseHead:
        reader = HeadReader(stream.receive)
        stream.reader = reader.read
        response = self.send(request, stream=True, verify=False)
        self._read = partial(response.raw.read1, decode_content=False)
        return ResponseHead(response.status_code, response.reason or "", reader.fields)

    def _request_http2(self, stream: Stream, request: requests.PreparedRequest) -> ResponseHead:
        # 0.1 s to import, and most plain servers don't need it.
        with importing:
            from diagnostics.net.http2_client import Http2Conversation  # noqa: PLC0415 - see above
        conversation = Http2Conversation(stream)
        self._read = conversation.read
        # The server's settings come unasked, before any answer.
        stream.on_first_byte = None
        head = conversation.get(
            [
                (":method", "GET"),
                (":scheme", "https"),
                (":authority", request.headers["Host"]),
                (":path", request.path_url),
                *(
                    (name.lower(), str(value))
                    for name, value in request.headers.items()
                    if name not in _NOT_IN_HTTP2
                ),
            ]
        )
        self._note_first_byte()
        return head

    def read_body(
        self, cap_bytes: int, is_finished: Callable[[bytes], bool] = lambda _: False
    ) -> Body:
        """
        Read the body up to the cap; a slow body is read no further than needed.

        `is_finished` is called with what came when a connection pauses or breaks: browsers show a
        page that has arrived completely, whatever length was announced.

        Raises:
            Silence: nothing more came until the deadline, and little had come.
            BrokenError: the connection ended early.
            LIBRARY_ERRORS: the body is shorter than announced (RFC 9112, section 8).
        """
        body, stream = bytearray(), self._stream
        if stream is not None:
            # Counted from here: what of the body came in one packet with the head is extra.
            stream.cap_bytes = stream.received_bytes + cap_bytes
            stream.gives_up = lambda waited_s: (
                self._is_enough(waited_s) or (waited_s > _PAUSE_S and is_finished(bytes(body)))
            )
        try:
            is_whole = self._read_into(body, cap_bytes)
        except Silence:
            is_flowing = stream is not None and stream.is_flowing(_PAUSE_S)
            if len(body) >= _ENOUGH_BYTES or is_finished(bytes(body)):
                return Body(bytes(body), is_whole=None)
            if body and is_flowing:
                return Body(bytes(body), is_whole=None, is_out_of_time=True)
            raise
        except (BrokenError, *LIBRARY_ERRORS):
            if not is_finished(bytes(body)):
                raise
            is_whole = False
        return Body(bytes(body), is_whole=True if is_whole else None)

    def _read_into(self, body: bytearray, cap_bytes: int) -> bool:
        """Read until the end (True) or the cap (False)."""
        has_enough = False
        while len(body) < cap_bytes:
            if self._stream is not None and not has_enough and len(body) >= _ENOUGH_BYTES:
                has_enough = True
                self._stream.deadline = self._deadline.within(_REST_S)
            try:
                data = self._read(_CHUNK)
            except EOFError:
                return False
            if not data:
                return True
            body += data
        return False

    @property
    def received_bytes(self) -> int:
        """How many bytes of the answer came, head and body."""
        if self._stream is None or (self.is_http2 and self.first_byte_at is None):
            return 0
        return self._stream.received_bytes

    @property
    def first_bytes(self) -> bytes:
        """The first bytes that came, whatever they mean; for HTTP/2 only its name."""
        if self._stream is None:
            return b""
        if self.is_http2:
            return b"" if self.first_byte_at is None else b"HTTP/2"
        return self._stream.first_bytes

    @property
    def has_ended(self) -> bool:
        """Whether the server closed the connection."""
        return self._stream is not None and self._stream.has_ended

    def close(self) -> None:
        """Close the connection."""
        super().close()
        if self._stream:
            self._stream.hang_up()

    def _connect(self) -> Stream:
        stream = self._connection.stream
        is_ready = stream is not None
        if stream is None:
            stream = tcp_connect(
                self._address,
                self._port,
                self._deadline.within(CONNECT_TIMEOUT_S),
                self._connection.segment_bytes,
                is_silent=self._connection.is_silent,
            )
        stream.deadline = self._deadline
        self._stream = stream
        stream.gives_up = self._is_enough
        if urlsplit(self._url).scheme == "https" and not is_ready:
            try:
                tls = stream.start_tls(self._tls_context(), self._server_name)
                self.certificate = tls.getpeercert(binary_form=True)
            except ssl.SSLError as error:
                raise BrokenError(Failure.TLS_BROKEN, str(error)) from error
        stream.on_first_byte = self._note_first_byte
        return stream

    def _is_enough(self, waited_s: float) -> bool:
        """Check whether waiting for the next byte is pointless."""
        has_stopped = waited_s > _STALL_S and self.received_bytes > 0
        return has_stopped or self._connection.is_decided()

    def _note_first_byte(self) -> None:
        self.first_byte_at = time.monotonic()

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:  # noqa: ANN401 - requests' own signature
        """Return a pool for requests whose only connection is ours."""
        # A plain pool for https as well: `_connect` shook hands itself, so urllib3 must not.
        pool = HTTPConnectionPool(str(self._address), self._port, maxsize=1, block=False)
        pool.ConnectionCls = _connection_class(self._stream)
        return pool


# A pool makes its connections from a class and hands it no more than host and port.
def _connection_class(stream: Stream | None) -> type[HTTPConnection]:
    class _PinnedConnection(HTTPConnection):
        def _new_conn(self) -> Any:  # noqa: ANN401 - a Stream where a socket is expected
            return stream

    return _PinnedConnection


def _store_cookies(
    jar: RequestsCookieJar, request: requests.PreparedRequest, head: ResponseHead
) -> None:
    """Store the cookies of an answer (RFC 6265) that the library's jar accepts."""
    message = Message()
    for value in head.all_of("set-cookie")[:_MAX_COOKIES]:
        message["Set-Cookie"] = value
    answer = SimpleNamespace(info=lambda: message)
    jar.extract_cookies(answer, MockRequest(request))  # type: ignore[arg-type]  # only `info` is asked for


def host_header(url: str) -> str:
    """Return the host, with the port unless it is the scheme's default (RFC 9110, section 7.2)."""
    parts = urlsplit(url)
    default = DEFAULT_PORTS["https" if parts.scheme == "https" else "http"]
    return parts.netloc.lower().removesuffix(f":{default}")
