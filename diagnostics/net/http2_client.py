"""One request over HTTP/2 (RFC 9113), on a connection for which ALPN chose it (RFC 7301)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError
from diagnostics.net.response_head import HEAD_CAP_BYTES, ResponseHead

if TYPE_CHECKING:
    from diagnostics.net.tls_stream import Stream

_CHUNK = 16_384
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")  # RFC 9110, section 5.6.2, without capitals
_WINDOW_BYTES = 2**22  # more than we ever read, so that the server never waits for us


class Http2Error(BrokenError):
    """The server violates HTTP/2; `wants_http1`: it only asks for HTTP/1.1."""

    def __init__(self, detail: str, *, wants_http1: bool = False) -> None:
        super().__init__(Failure.HTTP2_BROKEN, detail)
        self.wants_http1 = wants_http1


class Http2Conversation:
    """
    One GET on its own stream. Nothing is pushed, nothing is sent twice.

    A connection that ends before anything of HTTP/2 came is a violation too, because ALPN promised
    HTTP/2.

    Raises:
        Http2Error: HTTP/2 forbids the cipher, so browsers close the connection.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        if not _is_adequate(stream.cipher or ""):
            raise Http2Error(f"a forbidden cipher suite: {stream.cipher}")
        # Of what RFC 9113, section 8.2, forbids, Chromium refuses only malformed names.
        configuration = H2Configuration(validate_inbound_headers=False)
        self._connection = H2Connection(configuration)
        self._stream_id = 1
        self._body = bytearray()
        self._has_ended = False

    def get(self, fields: Sequence[tuple[str, str]]) -> ResponseHead:
        """
        Send the request, pseudo-headers first, and read the head of the answer.

        Raises:
            Silence: the deadline came first.
            BrokenError: the connection or the protocol broke.
            EOFError: the head is longer than browsers accept.
        """
        connection = self._connection
        # `update` would only change pending values, which are not sent at the beginning.
        connection.local_settings = Settings(
            client=True,
            initial_values={
                SettingCodes.ENABLE_PUSH: 0,
                SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW_BYTES,
                SettingCodes.MAX_HEADER_LIST_SIZE: HEAD_CAP_BYTES,
            },
        )
        connection.decoder.max_header_list_size = HEAD_CAP_BYTES
        connection.initiate_connection()
        connection.increment_flow_control_window(_WINDOW_BYTES)
        self._stream_id = connection.get_next_available_stream_id()
        connection.send_headers(self._stream_id, fields, end_stream=True)
        self._stream.send(connection.data_to_send())
        while True:
            for event in self._receive():
                if isinstance(event, ResponseReceived):
                    return _response_head(event)

    def read(self, limit: int) -> bytes:
        """Return at most `limit` bytes of the body, b"" at its end; raises as `get` does."""
        while not self._body and not self._has_ended:
            self._receive()
        data = bytes(self._body[:limit])
        del self._body[:limit]
        return data

    def _receive(self) -> list[Event]:
        """Read once and handle the events; one that concerns the whole connection may end it."""
        data = self._stream.receive(_CHUNK)
        if not data:
            raise Http2Error("closed in the middle of HTTP/2")
        try:
            events = self._connection.receive_data(data)
        except (ProtocolError, ValueError, KeyError) as error:
            raise Http2Error(f"{type(error).__name__}: {error}") from error
        for event in events:
            self._handle(event)
        if pending := self._connection.data_to_send():
            self._stream.send(pending)
        return events

    def _handle(self, event: Event) -> None:
        if isinstance(event, DataReceived) and event.stream_id == self._stream_id:
            self._body += event.data or b""
        elif isinstance(event, StreamEnded) and event.stream_id == self._stream_id:
            self._has_ended = True
        elif isinstance(event, StreamReset | ConnectionTerminated) and self._is_ours(event):
            self._end(event.error_code)

    def _is_ours(self, event: StreamReset | ConnectionTerminated) -> bool:
        """Check whether an event ends our request, and not one that was never made."""
        if isinstance(event, StreamReset):
            return event.stream_id == self._stream_id
        return (event.last_stream_id or 0) < self._stream_id

    def _end(self, code: ErrorCodes | int | None) -> None:
        # After the whole body NO_ERROR is how servers say "enough" (RFC 9113, section 8.1).
        if code == ErrorCodes.NO_ERROR and self._body:
            self._has_ended = True
            return
        name = code.name if isinstance(code, ErrorCodes) else str(code)
        raise Http2Error(f"ended with {name}", wants_http1=code == ErrorCodes.HTTP_1_1_REQUIRED)


def _is_adequate(cipher: str) -> bool:
    """
    Check whether HTTP/2 permits a cipher suite of TLS 1.2 (RFC 9113, appendix A); all of 1.3 are
    permitted.
    """
    is_aead = "GCM" in cipher or "CHACHA20" in cipher
    return cipher.startswith("TLS_") or (is_aead and cipher.startswith(("ECDHE-", "DHE-")))


def _response_head(event: ResponseReceived) -> ResponseHead:
    status, fields = "", []
    for name, value in event.headers or ():
        text, content = name.decode("latin-1"), value.decode("latin-1")
        if text == ":status":
            status = content
        elif text != text.lower():
            raise Http2Error(f"a header's name in capitals: {text}")  # RFC 9113, section 8.2.1
        elif not _TOKEN.fullmatch(text):
            raise Http2Error(f"a header's name of wrong characters: {text}")  # the same
        else:
            fields.append((text, content.strip()))
    if not (status.isascii() and status.isdigit() and len(status) == 3):  # noqa: PLR2004 - RFC 9110, 15
        raise Http2Error(f"no status: {status!r}")
    return ResponseHead(int(status), "", tuple(fields))
