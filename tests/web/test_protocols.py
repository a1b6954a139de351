"""The server's own limits, over real connections to a server with an application of two lines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from intake.settings import Settings
from intake.web.limits import protocols
from intake.web.limits.protocols import LimitedHttpProtocol, LimitedWebSocketProtocol
from intake.web.server import server_config

WAIT_S = 30.0
CLOSING = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": str(len(message.get("bytes") or b""))})
    elif scope["type"] == "http":
        size = 0
        if scope["path"] == "/refused":
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"no"})
            return
        while (message := await receive()).get("more_body"):
            size += len(message["body"])
        body = b"%d" % (size + len(message.get("body", b"")))
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = server_config(application, Settings())  # type: ignore[arg-type]
        config.lifespan = "off"
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(WAIT_S)


def dial(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)


def answer_to(port: int, *parts: bytes) -> bytes:
    """Everything that the server says until it closes."""
    with dial(port) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            pass  # it has closed already; what it said is still to be read
        said = b""
        try:
            while chunk := connection.recv(65_536):
                said += chunk
        except ConnectionResetError:
            pass
        return said


def test_an_ordinary_request_is_answered(port: int) -> None:
    said = answer_to(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200")


def test_a_body_that_comes_a_byte_now_and_then_has_an_end(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three thousand of them from one address were all that the server takes, for good."""
    monkeypatch.setattr(protocols, "BODY_WITHIN_S", 0.3)
    said = answer_to(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"a")
    assert said.startswith(b"HTTP/1.1 408")


def test_the_rest_of_a_body_that_was_refused_keeps_nothing_open_for_long(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = b"POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n"
    # Whoever sends on reads the answer all the same: it is no reset.
    assert answer_to(port, head, bytes(9_999_999), CLOSING).count(b"HTTP/1.1") == 2
    monkeypatch.setattr(protocols, "REST_WITHIN_S", 0.3)
    said = answer_to(port, head, b"a")
    assert said.startswith(b"HTTP/1.1 403")
    assert b"408" not in said
    whole = b"POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na"
    assert answer_to(port, whole + CLOSING).count(b"HTTP/1.1") == 2


def test_one_address_leaves_room_for_another(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocols, "MAX_CONNECTIONS", 20)
    with ExitStack() as hoard:
        for _ in range(20):
            hoard.enter_context(dial(port))
        newcomer = socket.create_connection(
            ("127.0.0.1", port), timeout=WAIT_S, source_address=("127.0.0.2", 0)
        )
        with newcomer:
            newcomer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert newcomer.recv(100).startswith(b"HTTP/1.1 200")
        assert (
            LimitedHttpProtocol.open_by_peer["127.0.0.1"] == 7
        )  # half of the 13 that are left are six


def test_requests_in_one_packet_are_all_answered(port: int) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert answer_to(port, request * 3 + last).count(b"HTTP/1.1 200") == 4


@pytest.mark.parametrize("size", [0, 40_000, 3_000_000])
def test_a_body_is_no_head(port: int, size: int) -> None:
    """Its last packet was taken for a head that is too long."""
    head = b"PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size
    said = answer_to(port, head, b"a" * size)
    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"\r\n%d" % size)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000,  # one value without an end
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 40_000,
        b"GET /" + b"a" * 200_000,
    ],
    ids=["value", "lines", "address"],
)
def test_a_head_without_an_end_is_cut(port: int, head: bytes) -> None:
    """100 MB of it were taken."""
    said = answer_to(port, head)
    assert said == b"" or said.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


@pytest.mark.parametrize("half", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\r\n"])
def test_a_head_that_takes_too_long_ends(
    port: int, monkeypatch: pytest.MonkeyPatch, half: bytes
) -> None:
    """1,500 half requests were open after 20 seconds."""
    monkeypatch.setattr(protocols, "HEAD_WITHIN_S", 0.05)
    assert answer_to(port, half).startswith(b"HTTP/1.1 408")


def sockets(port: int, count: int) -> list[ClientConnection]:
    address = f"ws://127.0.0.1:{port}/"
    return [connect(address, ping_interval=None, legacy=True) for _ in range(count)]


def test_a_socket_outlives_the_time_for_heads(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its upgrade was a whole head; the timer must not follow it."""
    monkeypatch.setattr(protocols, "HEAD_WITHIN_S", 2.0)
    (client,) = sockets(port, 1)
    with dial(port) as other:  # ends by the timer that was started after ours would have been
        assert other.recv(100).startswith(b"HTTP/1.1 408")
    client.send(b"abc")
    assert client.recv(WAIT_S) == "3"
    client.close()


def test_a_message_of_150_megabytes_is_refused_by_its_announcement(port: int) -> None:
    """Eight of them held 1.3 GB."""
    (client,) = sockets(port, 1)
    header = b"\x82\xff" + (150 * 1024 * 1024).to_bytes(8, "big") + b"mask"
    client.socket.sendall(header)
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(WAIT_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_unfinished_messages_of_all_sockets_have_a_total(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocols, "MAX_UNFINISHED_BYTES", 3_000_000)
    half = b"\x82\xff" + (1_900_000).to_bytes(8, "big") + b"mask" + b"a" * 1_500_000
    clients = sockets(port, 3)
    for client in clients:
        client.socket.sendall(half)
    ended = {_is_ended(client) for client in clients}
    assert True in ended
    honest = sockets(port, 1)[0]
    honest.send(b"abc")
    assert honest.recv(WAIT_S) == "3"
    for client in (*clients, honest):
        client.socket.close()


def _is_ended(client: ClientConnection) -> bool:
    """Whether the server has ended it; one that it keeps still waits for the rest."""
    try:
        client.recv(0.5)
    except (ConnectionClosed, TimeoutError) as error:
        return isinstance(error, ConnectionClosed)
    return False


def test_fragments_count_as_unfinished_too(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocols, "MAX_UNFINISHED_BYTES", 100_000)
    (client,) = sockets(port, 1)
    fragment = b"\x02\xff" + (150_000).to_bytes(8, "big") + b"mask" + b"a" * 150_000
    client.socket.sendall(fragment)  # complete, and not the last of its message
    with pytest.raises(ConnectionClosed):
        client.recv(WAIT_S)


def test_what_a_closed_socket_held_is_free_again(port: int) -> None:
    before = LimitedWebSocketProtocol.unfinished_bytes
    (client,) = sockets(port, 1)
    client.send(b"a" * 1_000_000)
    assert client.recv(WAIT_S) == "1000000"
    client.close()
    assert before == LimitedWebSocketProtocol.unfinished_bytes


@pytest.mark.parametrize(
    "frame",
    [b"\x00\x80mask", b"\x89\x80mask", b"\x8a\x80mask", b"\x82\x80mask"],
    ids=["part", "ping", "pong", "message"],
)
def test_a_flood_of_empty_frames_ends(port: int, frame: bytes) -> None:
    """1.2 million parts without a byte were taken, and everybody waited for seven seconds."""
    (client,) = sockets(port, 1)
    flood = (b"\x02\x80mask" if frame.startswith(b"\x00") else b"") + frame * 2_000_000
    with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, as the packets go
        client.socket.sendall(flood)
    client.socket.close()


def test_the_largest_hoard_pays_for_the_total(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever came last did: a page on a slow network was cut off while the hoard stayed."""
    monkeypatch.setattr(protocols, "MAX_UNFINISHED_BYTES", 1_500_000)
    hoard, honest = sockets(port, 2)
    hoard.socket.sendall(b"\x82\xff" + (1_900_000).to_bytes(8, "big") + b"mask" + b"a" * 1_499_000)
    while LimitedWebSocketProtocol.unfinished_bytes < 1_499_000:
        assert not _is_ended(hoard)
    honest.socket.sendall(b"\x82\xfe\x0f\xa0mask" + b"a" * 3_000)
    with pytest.raises(ConnectionClosed):
        hoard.recv(WAIT_S)
    honest.socket.sendall(b"a" * 1_000)
    assert honest.recv(WAIT_S) == "4000"
    honest.close()
