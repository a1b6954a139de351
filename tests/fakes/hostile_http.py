"""A faulty TCP server at its own loopback address, with functions for its behaviour."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable

from tests.daemons.loopback import free_address
from tests.fakes.listeners import Listeners

Behaviour = Callable[[socket.socket, threading.Event], None]


class HostileServer(Listeners):
    """Runs its behaviour for each connection; counts connections, keeps the bytes received."""

    def __init__(
        self, behaviour: Behaviour, ports: tuple[int, ...] = (80,), address: str | None = None
    ) -> None:
        super().__init__()
        self.address = address or free_address()
        self.connections = 0
        self.received = b""
        self._behaviour = behaviour
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        for port in ports:
            listener = socket.create_server((self.address, port), family=family, backlog=128)
            self._listen(listener, self._serve)

    def _serve(self, listener: socket.socket) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self._behaviour(connection, self._stopped)
        with contextlib.suppress(OSError):
            self.received += connection.recv(65536) if connection.fileno() >= 0 else b""


def request_of(connection: socket.socket) -> bytes:
    """Read a request up to the empty line after its headers."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(4096)
        if not chunk:
            break
        data += chunk
    return data


def answers(data: bytes) -> Behaviour:
    """Behave: read the request, send the data, close."""

    def behave(connection: socket.socket, _: threading.Event) -> None:
        request_of(connection)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(2)
        with contextlib.suppress(OSError):
            while connection.recv(4096):
                pass

    return behave


def repeats(first: bytes, then: bytes, every_s: float = 0.0) -> Behaviour:
    """Behave: read the request, send `first`, then `then` again and again."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        request_of(connection)
        connection.sendall(first)
        while not stopped.wait(every_s):
            connection.sendall(then)

    return behave


def says(data: bytes) -> Behaviour:
    """Behave: send the data without a request and close, as an overloaded server does."""

    def behave(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(data)

    return behave


def stays_silent(connection: socket.socket, stopped: threading.Event) -> None:
    """Accept the connection and send nothing."""
    del connection
    stopped.wait(30)


def closes(connection: socket.socket, _: threading.Event) -> None:
    """Read the request and close without an answer."""
    request_of(connection)


def resets(connection: socket.socket, _: threading.Event) -> None:
    """Read the request and reset the connection."""
    request_of(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def at_once(behaviour: Behaviour, first: bytes = b"") -> Behaviour:
    """Behave: after the first data, even an incomplete ClientHello, send `first`, then behave."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        connection.recv(4096)
        if first:
            connection.sendall(first)
        behaviour(connection, stopped)

    return behave


def floods(data: bytes) -> Behaviour:
    """Behave: send the data again and again without reading a request."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        while not stopped.is_set():
            connection.sendall(data)

    return behave


def aborts(connection: socket.socket, _: threading.Event) -> None:
    """Reset the connection without reading."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def ends(connection: socket.socket, _: threading.Event) -> None:
    """Close the sending side properly, without reading."""
    connection.shutdown(socket.SHUT_WR)


def greets(line: bytes) -> Behaviour:
    """Behave: send a greeting first, as SSH and FTP do, and wait up to 10 s for the client."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(line)
        ends_at = time.monotonic() + 10
        while time.monotonic() < ends_at and not stopped.is_set():
            if select.select([connection], [], [], 0.1)[0]:
                return

    return behave


def speaks_ssh(first: bytes) -> Behaviour:
    """Behave: send a greeting and the first packet of SSH's key exchange, then nothing more."""
    lists = [b"curve25519-sha256", b"ssh-ed25519", *[b"aes128-ctr"] * 2, *[b"hmac-sha2-256"] * 2]
    lists += [b"none", b"none", b"", b""]
    payload = (
        b"\x14" + bytes(16) + b"".join(len(names).to_bytes(4, "big") + names for names in lists)
    )
    payload += bytes(5)
    padding = 8 - (len(payload) + 5) % 8 + 8
    packet = (len(payload) + padding + 1).to_bytes(4, "big") + bytes([padding])
    packet += payload + bytes(padding)

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(first)
        if connection.recv(256):
            connection.sendall(packet)
        stopped.wait(0.2)

    return behave
