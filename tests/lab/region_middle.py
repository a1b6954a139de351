"""Middleboxes of a region: a resolver with false answers, a filter of TLS connections by name."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.lab.wire import entered

_SO_ORIGINAL_DST = 80  # linux/netfilter_ipv4.h


class _InPlace:
    """A listener in a network namespace, served by threads of this process."""

    def __init__(self, namespace: int) -> None:
        self._namespace, self._is_over = namespace, threading.Event()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve_there, daemon=True)
        self._is_up = threading.Event()
        self._thread.start()
        if not self._is_up.wait(20):
            raise RuntimeError("a region's own daemon did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join(10)

    def _serve_there(self) -> None:
        # A namespace belongs to a thread: sockets and threads that it opens are in it too.
        with entered(self._namespace):
            self._serve()

    def _serve(self) -> None:
        raise NotImplementedError


class RegionResolver(_InPlace):
    """
    A UDP resolver that forwards queries, but answers some names falsely.

    `lies` are addresses by name; None is answered with "no such name".
    """

    def __init__(
        self, namespace: int, address: str, upstream: str, lies: Mapping[str, str | None]
    ) -> None:
        super().__init__(namespace)
        self._address, self._upstream, self._lies = address, upstream, lies

    def _serve(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind((self._address, 53))
            self._is_up.set()
            while not self._is_over.is_set():
                if select.select([listener], [], [], 0.2)[0]:
                    question, client = listener.recvfrom(4096)
                    answer = threading.Thread(
                        target=self._answer, args=(listener, question, client), daemon=True
                    )
                    answer.start()

    def _answer(self, listener: socket.socket, question: bytes, client: tuple[str, int]) -> None:
        with suppress(OSError):
            lie = self._lie(question)
            listener.sendto(lie or self._pass_on(question), client)

    def _pass_on(self, question: bytes) -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
            upstream.settimeout(3)
            upstream.sendto(question, (self._upstream, 53))
            return upstream.recv(4096)

    def _lie(self, question: bytes) -> bytes | None:
        query = dns.message.from_wire(question)
        asked = query.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        if name not in self._lies:
            return None
        response = dns.message.make_response(query, recursion_available=True)
        address = self._lies[name]
        if address is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif asked.rdtype == dns.rdatatype.A:
            response.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "A", address))
        return response.to_wire()


class SniCutter(_InPlace):
    """
    A middlebox for TLS connections (redirected by nftables) that blocks one name.

    It accepts the connection, reads the ClientHello, and stays silent for the blocked name.
    """

    def __init__(self, namespace: int, port: int, blocked_name: str) -> None:
        super().__init__(namespace)
        self._port, self._blocked_name = port, blocked_name.encode()

    def _serve(self) -> None:
        with socket.create_server(("0.0.0.0", self._port)) as listener:  # noqa: S104 - in a namespace of its own
            self._is_up.set()
            while not self._is_over.is_set():
                if select.select([listener], [], [], 0.2)[0]:
                    connection, _ = listener.accept()
                    threading.Thread(target=self._box, args=(connection,), daemon=True).start()

    def _box(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            near.settimeout(10)
            hello = near.recv(65_536)
            if self._blocked_name in hello:
                self._is_over.wait(30)
                return
            packed = near.getsockopt(socket.SOL_IP, _SO_ORIGINAL_DST, 16)
            port, address = struct.unpack_from("!2xH4s", packed)
            with socket.create_connection((socket.inet_ntoa(address), port), 10) as far:
                far.sendall(hello)
                self._relay(near, far)

    def _relay(self, near: socket.socket, far: socket.socket) -> None:
        while not self._is_over.is_set():
            for readable in select.select([near, far], [], [], 0.5)[0]:
                data = readable.recv(65_536)
                if not data:
                    return
                (far if readable is near else near).sendall(data)
