"""
Sites that take their time, in each phase, and a resolver's relay that lets some names wait.

The sites are those of the web world; the relay stands between our resolver, a real BIND, and us.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self

import dns.exception
import dns.message

from tests.lab.web import WebWorld

SLOW_NAME_S = 3.3
# Names below the first wait; at the other address all names do.
RELAYS = {"127.0.0.61": "slowname.", "127.0.0.62": ""}
RESOLVERS = {address: f"{address}:53" for address in RELAYS}


class DnsRelay:
    """Pass questions on to a resolver at once, or after a while where the name begins so."""

    def __init__(self, address: str, resolver: tuple[str, int], slow: str) -> None:
        self._resolver, self._slow = resolver, slow
        self._stopped = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, sender = self._socket.recvfrom(4096)
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

    at_once = 8  # they do nothing but wait

    def __enter__(self) -> Self:
        super().__enter__()
        address, _, port = self.options.resolvers[0].rpartition(":")
        for relay, slow in RELAYS.items():
            self._stack.enter_context(DnsRelay(relay, (address, int(port)), slow))
        return self
