"""An HTTP server on loopback that lives as long as a block: the base of fakes that speak HTTP."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_POLL_S = 0.01  # how long the end of a block waits; the library's own is half a second


class QuietHandler(BaseHTTPRequestHandler):
    """Keeps connections open as real servers do, and prints nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing: the output is the test's."""


class LoopbackServer(ThreadingHTTPServer):
    """
    Serves in threads from the beginning of a block to its end.

    `is_over` is set before the end, for handlers that stall on purpose.
    """

    daemon_threads = True

    def __init__(
        self, handler: type[BaseHTTPRequestHandler], address: str = "127.0.0.1", port: int = 0
    ) -> None:
        super().__init__((address, port), handler)
        self.is_over = threading.Event()

    @property
    def origin(self) -> str:
        """Scheme, address and port, without a slash at the end."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    def start(self) -> None:
        """Begin to answer."""
        threading.Thread(target=self.serve_forever, args=(_POLL_S,), daemon=True).start()

    def stop(self) -> None:
        """Let go of whoever stalls, and refuse connections from now on."""
        self.is_over.set()
        self.shutdown()
        self.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
