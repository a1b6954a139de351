"""
The server's own limits, below the application: how long a head or a message may be unfinished.

uvicorn bounds neither the bytes of a request's head nor the time that it takes (httptools), and a
WebSocket message by its size alone. So one client could keep thousands of half requests, or
hundreds of megabytes in half messages.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from intake.web.request_heads import MAX_HEAD_BYTES

HEAD_WITHIN_S = 15.0
MAX_MESSAGE_BYTES = 2 * 1024 * 1024  # the state of all of a page's fields; files don't come here
MAX_UNFINISHED_BYTES = 64 * 1024 * 1024  # of all sockets together

_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class LimitedHttpProtocol(HttpToolsProtocol):
    """HTTP whose heads are complete within a size and a time, or the connection ends."""

    _heads = 0  # complete ones
    _head_bytes = 0  # of the one that is not
    _in_body = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Parse, and count what belongs to a head that isn't complete yet."""
        heads, was_in_body = self._heads, self._in_body
        super().data_received(data)
        # The parser has ended the connection, or what came was of a body.
        if self.transport.is_closing() or was_in_body or self._in_body:
            return
        if self._heads != heads:  # it ended a head; what follows it is counted when more comes
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._end(_TOO_LONG)
        # Once for a whole head, not anew for each packet: a byte now and then keeps nothing open.
        elif self._timer is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """A head is complete."""
        # Also for each of several requests that arrive in one packet.
        self._heads += 1
        self._head_bytes, self._in_body = 0, True
        self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A whole request is here; what comes next is another's head."""
        self._in_body = False
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The timer must not outlive the connection."""
        self._stop_timer()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(HEAD_WITHIN_S, self._end, _TOO_SLOW)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, answer: bytes) -> None:
        self._stop_timer()
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """WebSockets that together hold no more than MAX_UNFINISHED_BYTES of unfinished messages."""

    unfinished_bytes: ClassVar[int] = 0
    _held = 0

    def data_received(self, data: bytes) -> None:
        """Parse, and count what waits for the rest of its message."""
        super().data_received(data)
        # What the parser has read and not made a frame of, and frames that wait for their last one.
        self._count(len(self.conn.reader.buffer) + sum(map(len, self.frames)))
        if LimitedWebSocketProtocol.unfinished_bytes > MAX_UNFINISHED_BYTES and self._held:
            # `close` would flush first; this connection is to let go of its memory at once.
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """What it held is free."""
        self._count(0)
        super().connection_lost(exc)

    def _count(self, held: int) -> None:
        LimitedWebSocketProtocol.unfinished_bytes += held - self._held
        self._held = held
