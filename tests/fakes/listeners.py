"""Sockets that threads serve until a block ends: the base of fakes below HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self


class Listeners:
    """Sockets, each served by a function in its own thread until the block ends."""

    def __init__(self) -> None:
        self._served: list[tuple[socket.socket, Callable[[], None]]] = []
        self._stopped = threading.Event()

    def _listen(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        """Register a socket; `serve` runs when the block begins and must end when it is closed."""
        self._served.append((listener, lambda: serve(listener)))

    def __enter__(self) -> Self:
        for _, serve in self._served:
            threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for listener, _serve in self._served:
            with suppress(OSError):  # wakes a thread that waits in accept()
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
