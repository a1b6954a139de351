"""
The server's own limits, below the application: how long a request or a message may be unfinished.

uvicorn bounds neither the bytes of a request's head nor the time that head and body take
(httptools), and a WebSocket message by its size alone. So one client could keep thousands of half
requests, which are all that the server takes, or hundreds of megabytes in half messages.
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
REST_WITHIN_S = 30.0  # of a body whose request is answered already
BODY_WITHIN_S = 300.0  # 10 MB on a slow phone; each of its packets has a limit of its own
MAX_MESSAGE_BYTES = 2 * 1024 * 1024  # the state of all of a page's fields; files don't come here
MAX_UNFINISHED_BYTES = 64 * 1024 * 1024  # of all sockets together
MAX_FRAMES_A_MINUTE = 1_000  # of one socket; a page sends one for a click, and answers two pings
_PARSED_AT_ONCE = 4096  # bytes
_MINUTE_S = 60.0

_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class LimitedHttpProtocol(HttpToolsProtocol):
    """
    HTTP whose heads and bodies are complete within a size and a time, or the connection ends.

    One address gets half of the connections that are left: a newcomer finds room, whoever hoards
    them. A proxy that the operator named brings everybody, and may have all.
    """

    open_by_peer: ClassVar[Counter[str]] = Counter()
    _peer = ""
    _heads = 0  # complete ones
    _head_bytes = 0  # of the one that is not
    _in_body = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        if not self._takes_a_place():
            transport.abort()
            return
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
        self._await(BODY_WITHIN_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A whole request is here; what comes next is another's head."""
        self._in_body = False
        self._stop_timer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is sent; the rest of a body that it didn't wait for is taken, and ends soon."""
        cycle: RequestResponseCycle | None = self.cycle
        # Not closed at once: who still sends would get a reset, and never read why.
        if cycle is not None and cycle.response_complete and cycle.more_body:
            self._await(REST_WITHIN_S)
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """From now on it is a socket, with limits of its own."""
        self._leave_place()
        self._stop_timer()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """The timer must not outlive the connection."""
        self._leave_place()
        self._stop_timer()
        super().connection_lost(exc)

    def _takes_a_place(self) -> bool:
        """Count this connection; False where its address has its share already."""
        host = self.client[0] if self.client else ""
        if not host or self._is_proxy(host):
            return True
        peer, left = client_network(host), MAX_CONNECTIONS - self.open_by_peer.total()
        if self.open_by_peer[peer] >= max(1, left // 2):
            return False
        self._peer = peer
        self.open_by_peer[peer] += 1
        return True

    def _leave_place(self) -> None:
        if self._peer:
            self.open_by_peer[self._peer] -= 1
            if not self.open_by_peer[self._peer]:
                # An address that has gone must not stay in the table for good.
                del self.open_by_peer[self._peer]
            self._peer = ""

    def _is_proxy(self, host: str) -> bool:
        named: Any = self.config.forwarded_allow_ips if self.config.proxy_headers else ()
        address = ip_address(host.partition("%")[0])
        return any(address in ip_network(network) for network in named)

    def _await_head(self) -> None:
        self._await(HEAD_WITHIN_S)

    def _await(self, within_s: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(within_s, self._end, _TOO_SLOW)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, answer: bytes) -> None:
        self._stop_timer()
        if not self.transport.is_closing():
            # In the midst of another answer it would be taken for a part of that.
            cycle: RequestResponseCycle | None = self.cycle
            if cycle is None or not (self._in_body and cycle.response_started):
                self.transport.write(answer)
            self.transport.close()


class LimitedWebSocketProtocol(WebSocketsSansIOProtocol):
    """
    WebSockets with a limit on frames a minute, and one on what all of them hold unfinished.

    A frame costs the parser some microseconds whatever its length: a million empty ones, 7 MB,
    stopped the event loop for seven seconds.
    """

    holders: ClassVar[set[LimitedWebSocketProtocol]] = set()
    unfinished_bytes: ClassVar[int] = 0
    held_bytes = 0
    _frames, _minute_began = 0, 0.0

    def data_received(self, data: bytes) -> None:
        """Parse a little at a time, so that a flood ends early; count what waits for more."""
        for start in range(0, len(data), _PARSED_AT_ONCE):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + _PARSED_AT_ONCE])
        # What the parser has read and not made a frame of, and frames that wait for their last one.
        self._hold(len(self.conn.reader.buffer) + sum(map(len, self.frames)))
        if LimitedWebSocketProtocol.unfinished_bytes > MAX_UNFINISHED_BYTES:
            # Not whoever came last: a slow customer's few bytes must not pay for a hoard.
            # `close` would flush first; the connection is to let go of its memory at once.
            max(self.holders, key=lambda holder: holder.held_bytes).transport.abort()

    def handle_cont(self, event: Frame) -> None:
        """Take another part of a message."""
        self._count_frame()
        super().handle_cont(event)

    def handle_text(self, event: Frame) -> None:
        """Take a message, or its first part."""
        self._count_frame()
        super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        """Take a message, or its first part."""
        self._count_frame()
        super().handle_bytes(event)

    def handle_ping(self) -> None:
        """Answer a ping."""
        self._count_frame()
        super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Take the answer to our ping, or one that nobody asked for."""
        self._count_frame()
        super().handle_pong(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """What it held is free."""
        self._hold(0)
        super().connection_lost(exc)

    def _count_frame(self) -> None:
        now = self.loop.time()
        if now - self._minute_began >= _MINUTE_S:
            self._frames, self._minute_began = 0, now
        self._frames += 1
        if self._frames > MAX_FRAMES_A_MINUTE:
            self.transport.abort()

    def _hold(self, held: int) -> None:
        LimitedWebSocketProtocol.unfinished_bytes += held - self.held_bytes
        self.held_bytes = held
        (self.holders.add if held else self.holders.discard)(self)
