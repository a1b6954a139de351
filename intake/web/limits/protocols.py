"""
Limits below the application: how long a request or a message may stay incomplete.

uvicorn limits neither the size of a request's headers nor the time for headers and body
(httptools), and a WebSocket message by its size only. So one client could hold thousands of
incomplete requests, as many as the server takes, or hundreds of megabytes in incomplete messages.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from intake.ui.client_network import client_network
from intake.web.limits.request_heads import MAX_HEAD_BYTES

MAX_CONNECTIONS = 3_000  # 2,000 sockets, and room for requests
HEAD_WITHIN_S = 15.0
REST_WITHIN_S = 30.0  # for the rest of a body whose request is already answered
BODY_WITHIN_S = 300.0  # 10 MB on a slow phone; each packet has its own limit
MAX_MESSAGE_BYTES = (
    2 * 1024 * 1024
)  # the state of all fields of a page; files are uploaded elsewhere
MAX_UNFINISHED_BYTES = 64 * 1024 * 1024  # all sockets together
MAX_FRAMES_A_MINUTE = 1_000  # per socket; a page sends one per click, and answers two pings
_PARSED_AT_ONCE = 4096  # bytes
_MINUTE_S = 60.0

_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class LimitedHttpProtocol(HttpToolsProtocol):
    """
    HTTP with limits on the size and time of headers and bodies; else the connection is closed.

    One address gets at most half of the remaining connections, so newcomers find room. A trusted
    proxy brings everybody, so it isn't limited.
    """

    open_by_peer: ClassVar[Counter[str]] = Counter()
    _peer = ""
    _heads = 0  # complete request headers
    _head_bytes = 0  # of the incomplete one
    _in_body = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timer for the first request's headers."""
        super().connection_made(transport)
        if not self._count_connection():
            transport.abort()
            return
        self._start_head_timer()

    def data_received(self, data: bytes) -> None:
        """Parse the data, and count the bytes of incomplete headers."""
        heads, was_in_body = self._heads, self._in_body
        super().data_received(data)
        # The parser has closed the connection, or the data belonged to a body.
        if self.transport.is_closing() or was_in_body or self._in_body:
            return
        if (
            self._heads != heads
        ):  # headers were completed; the following bytes are counted with the next packet
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._end(_TOO_LONG)
        # One timer for the whole headers, not one per packet: single bytes can't keep it open.
        elif self._timer is None:
            self._start_head_timer()

    def on_headers_complete(self) -> None:
        """Start the timer for the body."""
        # Called for each of several requests in one packet.
        self._heads += 1
        self._head_bytes, self._in_body = 0, True
        self._start_timer(BODY_WITHIN_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop the timer: the request is complete."""
        self._in_body = False
        self._stop_timer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Limit the time for the rest of a body that the response didn't wait for."""
        cycle: RequestResponseCycle | None = self.cycle
        # Not closed at once: a client that still sends would get a reset instead of the response.
        if cycle is not None and cycle.response_complete and cycle.more_body:
            self._start_timer(REST_WITHIN_S)
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """Leave the limits of HTTP: a WebSocket has its own."""
        self._uncount_connection()
        self._stop_timer()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer, which must not outlive the connection."""
        self._uncount_connection()
        self._stop_timer()
        super().connection_lost(exc)

    def _count_connection(self) -> bool:
        """Count this connection; return False if its address already has its share."""
        host = self.client[0] if self.client else ""
        if not host or self._is_proxy(host):
            return True
        peer, left = client_network(host), MAX_CONNECTIONS - self.open_by_peer.total()
        if self.open_by_peer[peer] >= max(1, left // 2):
            return False
        self._peer = peer
        self.open_by_peer[peer] += 1
        return True

    def _uncount_connection(self) -> None:
        if self._peer:
            self.open_by_peer[self._peer] -= 1
            if not self.open_by_peer[self._peer]:
                # Remove addresses without connections from the table.
                del self.open_by_peer[self._peer]
            self._peer = ""

    def _is_proxy(self, host: str) -> bool:
        named: Any = self.config.forwarded_allow_ips if self.config.proxy_headers else ()
        address = ip_address(host.partition("%")[0])
        return any(address in ip_network(network) for network in named)

    def _start_head_timer(self) -> None:
        self._start_timer(HEAD_WITHIN_S)

    def _start_timer(self, within_s: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(within_s, self._end, _TOO_SLOW)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, answer: bytes) -> None:
        self._stop_timer()
        if not self.transport.is_closing():
            # In the middle of another response it would be taken for a part of it.
            cycle: RequestResponseCycle | None = self.cycle
            if cycle is None or not (self._in_body and cycle.response_started):
                self.transport.write(answer)
            self.transport.close()


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """
    WebSockets with a limit on frames per minute, and one on all incomplete messages together.

    A frame costs the parser some microseconds whatever its length: a million empty ones, 7 MB,
    stopped the event loop for seven seconds.
    """

    holders: ClassVar[set[LimitedWebSocketProtocol]] = set()
    unfinished_bytes: ClassVar[int] = 0
    held_bytes = 0
    _frames, _minute_began = 0, 0.0

    def data_received(self, data: bytes) -> None:
        """Parse in small pieces, so that a flood ends early; count incomplete data."""
        for start in range(0, len(data), _PARSED_AT_ONCE):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + _PARSED_AT_ONCE])
        # Data without a complete frame yet, and frames of an incomplete message.
        self._set_held_bytes(len(self.conn.reader.buffer) + sum(map(len, self.frames)))
        if LimitedWebSocketProtocol.unfinished_bytes > MAX_UNFINISHED_BYTES:
            # Close the largest holder, not the last sender: a slow customer isn't to blame.
            # `close` would flush first; `abort` frees the memory at once.
            max(self.holders, key=lambda holder: holder.held_bytes).transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """Count a continuation frame."""
        self._count_frame()
        super().handle_cont(event)

    def handle_text(self, event: Frame) -> None:
        """Count a text frame."""
        self._count_frame()
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Count a binary frame."""
        self._count_frame()
        super().handle_bytes(event)

    def handle_ping(self) -> None:
        """Count a ping, and answer it."""
        self._count_frame()
        super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Count a pong, which may be unsolicited."""
        self._count_frame()
        super().handle_pong(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release the bytes that this connection held."""
        self._set_held_bytes(0)
        super().connection_lost(exc)

    def _count_frame(self) -> None:
        now = self.loop.time()
        if now - self._minute_began >= _MINUTE_S:
            self._frames, self._minute_began = 0, now
        self._frames += 1
        if self._frames > MAX_FRAMES_A_MINUTE:
            self.transport.abort()

    def _set_held_bytes(self, held: int) -> None:
        LimitedWebSocketProtocol.unfinished_bytes += held - self.held_bytes
        self.held_bytes = held
        (self.holders.add if held else self.holders.discard)(self)
