"""An HTTP server on loopback as a context manager: the base of fakes that speak HTTP."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_POLL_S = 0.01  # the longest wait when it stops; the library's default is half a second


class QuietHandler(BaseHTTPRequestHandler):
    """A handler that keeps connections open, as real servers do, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Log nothing: the output belongs to the test."""


class LoopbackServer(ThreadingHTTPServer):
    """
    A server that handles each request in a thread until its block ends.

    `is_over` is set at the end, so that handlers which stall on purpose can return.
    """

    daemon_threads = True

    def __init__(
        self, handler: type[BaseHTTPRequestHandler], address: str = "127.0.0.1", port: int = 0
    ) -> None:
        super().__init__((address, port), handler)
        self.is_over = threading.Event()

    @property
    def origin(self) -> str:
        """The scheme, address and port, without a trailing slash."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    def start(self) -> None:
        """Start serving in a thread."""
        threading.Thread(target=self.serve_forever, args=(_POLL_S,), daemon=True).start()

    def stop(self) -> None:
        """Release stalling handlers and stop listening."""
        self.is_over.set()
        self.shutdown()
        self.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
