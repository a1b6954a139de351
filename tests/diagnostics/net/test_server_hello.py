"""The group of a key exchange, read from what servers say in the open."""

from __future__ import annotations

import pytest

from diagnostics.net.server_hello import chosen_group


def record(*messages: bytes) -> bytes:
    payload = b"".join(messages)
    return b"\x16\x03\x03" + len(payload).to_bytes(2, "big") + payload


def message(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + len(content).to_bytes(3, "big") + content


def hello(*extensions: tuple[int, bytes]) -> bytes:
    parts = b"".join(k.to_bytes(2, "big") + len(d).to_bytes(2, "big") + d for k, d in extensions)
    head = b"\x03\x03" + bytes(32) + b"\x04" + bytes(4) + b"\x13\x01\x00"
    return message(2, head + len(parts).to_bytes(2, "big") + parts)


KEY_EXCHANGE = message(12, b"\x03\x00\x19" + bytes(70))


@pytest.mark.parametrize(
    ("data", "group"),
    [
        (record(hello((43, b"\x03\x04"), (51, b"\x00\x1d" + bytes(34)))), "X25519"),
        (record(hello((51, b"\x00\x19"))), "P-521"),
        (record(hello((51, b"\x12\x34"))), "0x1234"),
        (record(hello(), message(11, bytes(300)), KEY_EXCHANGE), "P-521"),
        (record(hello()) + record(message(11, bytes(300))) + record(KEY_EXCHANGE), "P-521"),
        (record(hello()), None),
        (record(hello(), message(11, bytes(300)))[:-9], None),
        (b"\x15\x03\x03\x00\x02\x02\x28", None),
        (b"HTTP/1.1 400 Bad Request", None),
        (b"", None),
        (record(message(12, b"")), None),
    ],
)
def test_the_group_is_named(data: bytes, group: str | None) -> None:
    assert chosen_group(data) == group


def test_no_bytes_of_strangers_break_it() -> None:
    whole = record(hello((51, b"\x00\x19")), KEY_EXCHANGE)
    for at in range(len(whole)):
        chosen_group(whole[:at])
        chosen_group(whole[:at] + b"\xff" * 9 + whole[at + 9 :])
