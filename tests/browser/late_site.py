"""A site that answers, but slowly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.daemons.loopback import free_address
from tests.fakes.http_server import LoopbackServer, QuietHandler

LATE_S = 3.4  # more than three seconds is slow


class LatePage(QuietHandler):
    """Sends every page after a delay."""

    never = threading.Event()

    def do_GET(self) -> None:
        self.never.wait(LATE_S)
        page = b"<title>Shop</title><h1>Shop</h1><p>Open all day.</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.flush()
        self.never.wait(0.05)  # so that the body is a measurable phase after the headers
        self.wfile.write(page)


@contextmanager
def late_page() -> Iterator[str]:
    """Serve slow pages on port 80 of an unused address; yield the address."""
    with LoopbackServer(LatePage, free_address(), 80) as server:
        yield str(server.server_address[0])
