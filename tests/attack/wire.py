"""What an attacker sends: plain requests, handshakes, sockets that never end."""

from __future__ import annotations

import http.client
import os
import socket
import struct
from dataclasses import dataclass
from typing import Self

import psutil

from tests.browser.product import Product

PATIENCE_S = 60.0


@dataclass
class Target:
    """The attacked server, and what it costs it."""

    product: Product

    @property
    def process(self) -> psutil.Process:
        assert self.product.process is not None
        return psutil.Process(self.product.process.pid)

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time since its start."""
        times = self.process.cpu_times()
        return times.user + times.system

    @property
    def memory_mb(self) -> float:
        """What it holds in memory."""
        return self.process.memory_info().rss / 1e6

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> tuple[int, bytes, dict[str, str]]:
        """One request: status, body and headers of the answer; 0 where the server hung up."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.product.port, timeout=PATIENCE_S, source_address=(source, 0)
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(
                method, path, body, {"Host": f"localhost:{self.product.port}", **named}
            )
            answer = connection.getresponse()
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
        except (OSError, http.client.HTTPException):
            return 0, b"", {}
        finally:
            connection.close()

    def handshake(self, *, origin: str, source: str = "127.0.0.1") -> tuple[int, socket.socket]:
        """Open a socket as a page does: the status, and the connection."""
        connection = self.dial(source)
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        connection.sendall(
            f"GET /_stcore/stream HTTP/1.1\r\nHost: localhost:{self.product.port}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: streamlit\r\n"
            f"Origin: {origin}\r\n\r\n".encode()
        )
        try:
            head = connection.recv(4096)
        except OSError:
            head = b""
        status = int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/") else 0
        return status, connection

    def dial(self, source: str = "127.0.0.1") -> socket.socket:
        """A connection and nothing more."""
        return socket.create_connection(
            ("127.0.0.1", self.product.port), timeout=PATIENCE_S, source_address=(source, 0)
        )

    def connections_of(self, source: str) -> int:
        """How many of an address's connections the server holds."""
        return sum(
            connection.status == psutil.CONN_ESTABLISHED
            and bool(connection.raddr)
            and connection.raddr.ip == source
            for connection in self.process.net_connections("tcp")
        )

    def is_open(self) -> bool:
        """Whether an honest customer is served."""
        return self.ask("GET", "/", source="127.0.0.9")[0] == http.client.OK


class Hoard:
    """Connections that an attacker holds, all closed at the end."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for held in self.sockets:
            held.close()


def unfinished_frame(size: int, begun: int) -> bytes:
    """A masked binary frame (RFC 6455, section 5.2) that announces `size` bytes and sends fewer."""
    head = b"\x82" + bytes([0x80 | 127]) + struct.pack(">Q", size) + bytes(4)
    return head + os.urandom(min(begun, size))
