"""A faulty name server on UDP and TCP at its own loopback address."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable

import dns.exception
import dns.message

from tests.daemons.loopback import free_address
from tests.fakes.listeners import Listeners

# Takes the query, the number of packets before it, and whether it came over TCP; returns the
# packets to send.
Behaviour = Callable[[dns.message.Message, int, bool], list[bytes]]


class HostileDnsServer(Listeners):
    """Answers by its behaviour; counts UDP packets and TCP connections."""

    def __init__(self, behaviour: Behaviour, *, address: str | None = None, port: int = 53) -> None:
        super().__init__()
        self.address, self.port = address or free_address(), port
        self.packets = self.connections = 0
        self._behaviour = behaviour
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind((self.address, port))
        self._listen(udp, self._serve_udp)
        self._listen(socket.create_server((self.address, port)), self._serve_tcp)

    @property
    def resolver(self) -> str:
        return f"{self.address}:{self.port}"

    def _serve_udp(self, listener: socket.socket) -> None:
        while True:
            try:
                wire, sender = listener.recvfrom(65535)
            except OSError:
                return
            count, self.packets = self.packets, self.packets + 1
            with contextlib.suppress(dns.exception.DNSException, OSError):
                for answer in self._behaviour(dns.message.from_wire(wire), count, False):
                    listener.sendto(answer, sender)

    def _serve_tcp(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(OSError, struct.error, dns.exception.DNSException):
                (size,) = struct.unpack("!H", connection.recv(2))
                query = dns.message.from_wire(connection.recv(size))
                for answer in self._behaviour(query, self.packets, True):
                    connection.sendall(struct.pack("!H", len(answer)) + answer)
