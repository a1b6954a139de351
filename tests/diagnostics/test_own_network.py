"""What this machine can do, asked of a name server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.message
import dns.rcode
import pytest

from diagnostics import may_ping, resolver_answers


@pytest.fixture
def name_server() -> Iterator[tuple[str, list[int]]]:
    """Answers everything with the rcode in the list; with an empty list it is silent."""
    rcodes: list[int] = [dns.rcode.NOERROR]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    query, client = server.recvfrom(4096)
                except OSError:
                    return
                if not query:
                    return
                if rcodes:
                    answer = dns.message.make_response(dns.message.from_wire(query))
                    answer.set_rcode(dns.rcode.Rcode(rcodes[0]))
                    server.sendto(answer.to_wire(), client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", rcodes
        server.sendto(b"", server.getsockname())
        thread.join()


@pytest.mark.parametrize(
    ("rcode", "answers"),
    [
        (dns.rcode.NOERROR, True),
        (dns.rcode.NXDOMAIN, True),
        (dns.rcode.SERVFAIL, False),
        (dns.rcode.REFUSED, False),
    ],
)
def test_a_resolver_that_fails_is_no_resolver(
    name_server: tuple[str, list[int]], rcode: int, *, answers: bool
) -> None:
    address, rcodes = name_server
    rcodes[:] = [rcode]
    assert resolver_answers((address,)) is answers


def test_a_silent_resolver_ends_in_time(name_server: tuple[str, list[int]]) -> None:
    address, rcodes = name_server
    rcodes.clear()
    assert resolver_answers((address,), within_s=0.2) is False


def test_the_right_to_ping_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(may_ping(), bool)
    monkeypatch.setattr("diagnostics.net.icmp_socket.EchoSocket._open", _not_permitted)
    assert may_ping() is False


def _not_permitted(*_: object, **__: object) -> None:
    raise PermissionError("Operation not permitted")
