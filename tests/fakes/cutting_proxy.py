"""A TCP proxy that cuts the connection at the n-th chunk of data from clients."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Literal

from tests.fakes.listeners import Listeners

Cut = Literal["request", "answer"]


class CuttingProxy(Listeners):
    """
    A proxy to a local port that counts the chunks received from clients over all connections.

    `cuts_at` is the number of the chunk at which it cuts, from 1; 0 never cuts. With "request" the
    server doesn't receive that chunk; with "answer" it does, but the client gets no answer.
    """

    def __init__(self, port: int, *, cuts_at: int = 0, cut: Cut = "request") -> None:
        super().__init__()
        self._upstream, self._cuts_at, self._cut = port, cuts_at, cut
        self.count = 0
        self._lock = threading.Lock()
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(listener.getsockname()[1])
        self._listen(listener, self._accept)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._upstream))
        except OSError:
            client.close()
            return
        is_cut = threading.Event()
        back = threading.Thread(target=self._pass_back, args=(server, client, is_cut), daemon=True)
        back.start()
        with suppress(OSError):
            while data := client.recv(65536):
                if self._is_cut_now():
                    is_cut.set()
                    if self._cut == "answer":
                        server.sendall(data)
                        server.shutdown(socket.SHUT_WR)
                        back.join(30)  # until the server has answered
                    break
                server.sendall(data)
        for side in (client, server):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _is_cut_now(self) -> bool:
        with self._lock:
            self.count += 1
            return self.count == self._cuts_at

    def _pass_back(
        self, server: socket.socket, client: socket.socket, is_cut: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if not is_cut.is_set():
                    client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_WR)
