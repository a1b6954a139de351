"""
Sites that are slow in each phase, and a DNS relay that delays the answers about some names.

The sites run in the web world; the relay is between us and our resolver, a real BIND.
"""

from __future__ import annotations

import contextlib
import socket
import threading

import dns.exception
import dns.message

from tests.fakes.listeners import Listeners
from tests.lab.web import WebWorld

SLOW_NAME_S = 3.3
# The first relay delays names below "slowname.", the second all names.
RELAYS = {"127.0.0.61": "slowname.", "127.0.0.62": ""}
RESOLVERS = {address: f"{address}:53" for address in RELAYS}


class DnsRelay(Listeners):
    """Forwards queries to a resolver, with a delay for some names."""

    def __init__(self, address: str, resolver: tuple[str, int], slow: str) -> None:
        super().__init__()
        self._resolver, self._slow = resolver, slow
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))
        self._listen(self._socket, self._serve)

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                question, sender = listener.recvfrom(4096)
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(question, sender), daemon=True).start()

    def _pass_on(self, question: bytes, sender: tuple[str, int]) -> None:
        with contextlib.suppress(OSError, dns.exception.DNSException):
            name = dns.message.from_wire(question).question[0].name.to_text()
            if self._slow in name:
                self._stopped.wait(SLOW_NAME_S)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.settimeout(2)
                out.sendto(question, self._resolver)
                self._socket.sendto(out.recv(65535), sender)


class SlowWorld(WebWorld):
    """The web world with relays to its BIND."""

    at_once = 8  # in parallel: they spend their time waiting

    def _build(self) -> None:
        super()._build()
        address, _, port = self.options.resolvers[0].rpartition(":")
        for relay, slow in RELAYS.items():
            self._stack.enter_context(DnsRelay(relay, (address, int(port)), slow))
