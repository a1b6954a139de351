"""
The one HTTP client: requests over a connection that is pinned to one judged address.

The host of the URL is never resolved, no redirect is followed and no environment is read. Head
and body have caps of their own, and all of it dies with the deadline.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.response import BaseHTTPResponse

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline
from diagnostics.net.tcp_connect import CONNECT_S, tcp_connect
from diagnostics.net.tls_stream import NEW, Connection, Stream
from diagnostics.options import Address
from diagnostics.targets import DEFAULT_PORTS, port_of

# http.client alone takes a hundred headers of 64 KB each.
_HEAD_CAP_BYTES = 32 * 1024
_CHUNK = 16_384
# So much of a page shows what it is; the rest is read only while it comes quickly.
_TELLING_BYTES, _REST_S = 64 * 1024, 1.5

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
    """The bytes of a body; `is_whole` is None when reading stopped at the cap."""

    data: bytes
    is_whole: bool | None


class HttpExchange(HTTPAdapter):
    """
    A requests adapter for exactly one exchange with exactly one address.

    It connects to the address it was given, or speaks on the connection that it was handed, and
    shakes hands itself: `tls_context` says what of the certificate counts. Until the end it
    knows when the request was sent (`asked_at`), when the first byte came, and what came.
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
        self.asked_at: float | None = None
        self.first_byte_at: float | None = None

    def get(
        self, headers: Mapping[str, str], jar: RequestsCookieJar | None = None
    ) -> requests.Response:
        """
        Send a GET with these headers and read the head of the answer.

        Raises:
            Silence: the deadline came first.
            BrokenError: the connection could not be made, or ended early.
            EOFError: the head is longer than its cap.
            LIBRARY_ERRORS: what came is no HTTP answer.

        """
        # Not by a session: it would read our environment and follow the Location half-way.
        # Host is written here: urllib3 would take the pool's, which is the address.
        all_headers = {"Connection": "close", "Host": host_header(self._url), **headers}
        request = requests.Request("GET", self._url, headers=all_headers, cookies=jar).prepare()
        return self.send(request, stream=True, verify=False)

    def read_body(self, raw: BaseHTTPResponse, cap_bytes: int) -> Body:
        """
        Read the body up to the cap, and what is slow to come no further than needed.

        Raises:
            Silence: the deadline came first, and little had come.
            BrokenError: the connection ended early.
            LIBRARY_ERRORS: the body is shorter than announced (RFC 9112, section 8).

        """
        # Counted from here: what of the body came in one packet with the head is extra.
        if self._stream is not None:
            self._stream.cap_bytes = self._stream.received_bytes + cap_bytes
        body, has_enough = bytearray(), False
        while len(body) < cap_bytes:
            if self._stream is not None and not has_enough and len(body) >= _TELLING_BYTES:
                has_enough = True
                self._stream.deadline = self._deadline.within(_REST_S)
            try:
                data = raw.read1(_CHUNK, decode_content=False)
            except EOFError:
                break
            except Silence:
                if has_enough:
                    break
                raise
            if not data:
                return Body(bytes(body), is_whole=True)
            body += data
        return Body(bytes(body), is_whole=None)

    @property
    def received_bytes(self) -> int:
        """How many bytes came, head and body."""
        return self._stream.received_bytes if self._stream else 0

    @property
    def first_bytes(self) -> bytes:
        """The first bytes that came, whatever they mean."""
        return self._stream.first_bytes if self._stream else b""

    @property
    def has_ended(self) -> bool:
        """Whether the server closed the connection."""
        return self._stream is not None and self._stream.has_ended

    def close(self) -> None:
        """Hang up."""
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
                self._deadline.within(CONNECT_S),
                self._connection.segment_bytes,
                is_silent=self._connection.is_silent,
            )
        stream.deadline = self._deadline
        self._stream = stream
        if urlsplit(self._url).scheme == "https" and not is_ready:
            try:
                stream.start_tls(self._tls_context(), self._server_name)
            except ssl.SSLError as error:
                raise BrokenError(Failure.TLS_BROKEN, str(error)) from error
        stream.cap_bytes = _HEAD_CAP_BYTES
        stream.on_first_byte = self._note_first_byte
        self.asked_at = time.monotonic()
        return stream

    def _note_first_byte(self) -> None:
        self.first_byte_at = time.monotonic()

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:  # noqa: ANN401 - requests' own signature
        """Give requests a pool whose only connection is ours."""
        # A plain pool for https as well: `_connect` shakes hands itself, so urllib3 must not.
        pool = HTTPConnectionPool(str(self._address), self._port, maxsize=1, block=False)
        pool.ConnectionCls = _connection_class(self._connect)
        return pool


# A pool makes its connections from a class and hands it no more than host and port.
def _connection_class(connect: Callable[[], Stream]) -> type[HTTPConnection]:
    class _PinnedConnection(HTTPConnection):
        def _new_conn(self) -> Any:  # noqa: ANN401 - a Stream where a socket is expected
            return connect()

    return _PinnedConnection


def fetch_document(  # noqa: PLR0913 - what a fetch needs
    address: Address,
    url: str,
    *,
    accept: str,
    user_agent: str,
    deadline: Deadline,
    cap_bytes: int,
    tls_context: Callable[[], ssl.SSLContext],
) -> tuple[int, bytes]:
    """
    GET a document for our own use, and give its status and its body.

    Raises:
        Silence: the deadline came first.
        BrokenError: the connection could not be made, or ended early.
        ValueError: what came is no HTTP answer, not whole, or longer than the cap.

    """
    exchange = HttpExchange(
        address,
        url,
        deadline=deadline,
        tls_context=tls_context,
        server_name=urlsplit(url).hostname,
    )
    headers = {"User-Agent": user_agent, "Accept": accept, "Accept-Encoding": "identity"}
    try:
        response = exchange.get(headers)
        body = exchange.read_body(response.raw, cap_bytes)
    except EOFError as error:
        raise ValueError("endless headers") from error
    except LIBRARY_ERRORS as error:
        raise ValueError(f"no HTTP answer: {error}") from error
    finally:
        exchange.close()
    if not body.is_whole:
        raise ValueError(f"more than {cap_bytes} bytes")
    return response.status_code, body.data


def host_header(url: str) -> str:
    """Give host, and port where it isn't the scheme's own (RFC 9110, section 7.2)."""
    parts = urlsplit(url)
    default = DEFAULT_PORTS["https" if parts.scheme == "https" else "http"]
    return parts.netloc.lower().removesuffix(f":{default}")
