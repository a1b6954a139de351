"""A name server that misbehaves, by UDP and TCP on a loopback address of its own."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import dns.exception
import dns.message

from tests.daemons.places import free_address

# What to send back for a question: packets, one after another. The count is how many came before.
Behaviour = Callable[[dns.message.Message, int, bool], list[bytes]]


class HostileNames:
    """Answers as it is told; counts the packets and connections that came."""

    def __init__(self, behaviour: Behaviour, *, address: str | None = None, port: int = 53) -> None:
        self.address, self.port = address or free_address(), port
        self.packets = self.connections = 0
        self._behaviour = behaviour
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((self.address, port))
        self._tcp = socket.create_server((self.address, port))

    @property
    def resolver(self) -> str:
        return f"{self.address}:{self.port}"

    def __enter__(self) -> Self:
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()
        return self

    def _serve_udp(self) -> None:
        while True:
            try:
                wire, sender = self._udp.recvfrom(65535)
            except OSError:
                return
            count, self.packets = self.packets, self.packets + 1
            with contextlib.suppress(dns.exception.DNSException, OSError):
                for answer in self._behaviour(dns.message.from_wire(wire), count, False):
                    self._udp.sendto(answer, sender)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(OSError, struct.error, dns.exception.DNSException):
                (size,) = struct.unpack("!H", connection.recv(2))
                query = dns.message.from_wire(connection.recv(size))
                for answer in self._behaviour(query, self.packets, True):
                    connection.sendall(struct.pack("!H", len(answer)) + answer)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for listener in (self._udp, self._tcp):
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
