"""
Read the unencrypted part of a server's handshake: the group that it chose, and a
stapled status.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_HANDSHAKE = 22
_SERVER_HELLO, _CERTIFICATE, _SERVER_KEY_EXCHANGE = 2, 11, 12
_SERVER_HELLO_DONE, _CERTIFICATE_STATUS = 14, 22
_KEY_SHARE, _NAMED_CURVE = 51, 3
_RECORD_HEAD, _MESSAGE_HEAD = 5, 4
_SESSION_ID = 34  # where its length stands in a ServerHello
_FINITE_FIELDS = (2048, 3072, 4096, 6144, 8192)
_NAMES = {
    0x11EC: "X25519MLKEM768",
    0x001D: "X25519",
    0x0017: "P-256",
    0x0018: "P-384",
    0x0019: "P-521",
    0x001E: "X448",
    **{0x0100 + number: f"ffdhe{size}" for number, size in enumerate(_FINITE_FIELDS)},
}
# What Chrome and Safari offer; Firefox adds P-521 and two of finite fields.
BROWSER_GROUPS = frozenset({"X25519MLKEM768", "X25519", "P-256", "P-384"})


def chosen_group(data: bytes) -> str | None:
    """
    Return the name of the group of a server's key share, from its first bytes.

    In TLS 1.3 it is in the ServerHello or the HelloRetryRequest (RFC 8446, section 4.2.8), in TLS
    1.2 in the ServerKeyExchange (RFC 8422, section 5.4). None if neither is there.
    """
    for kind, message in _messages(data):
        if kind == _SERVER_HELLO and (group := _group_of_hello(message)) is not None:
            return _group_name(group)
        if kind == _SERVER_KEY_EXCHANGE:
            return (
                _group_name(_uint16(message, 1)) if message[:1] == bytes([_NAMED_CURVE]) else None
            )
    return None


class Staple(NamedTuple):
    """A server's own certificate and its stapled status, in DER; b"" if there is none."""

    certificate: bytes
    status: bytes


def stapled_status(data: bytes) -> Staple | None:
    """
    Return the status in a server's part of a TLS 1.2 handshake (RFC 6066, section 8).

    None while that part is incomplete (RFC 5246, sections 7.4.2 and 7.4.5).
    """
    messages = dict(_messages(data))
    if _SERVER_HELLO_DONE not in messages:
        return None
    # Behind how long the list is, and each certificate; behind the kind of a status.
    certificate = messages.get(_CERTIFICATE, b"")[3:]
    return Staple(
        _first_with_length(certificate),
        _first_with_length(messages.get(_CERTIFICATE_STATUS, b"")[1:]),
    )


def _first_with_length(data: bytes) -> bytes:
    """Return the data after a length of three bytes."""
    return data[3 : 3 + int.from_bytes(data[:3], "big")]


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the type and the body of each complete handshake message in the first records."""
    payload, position = bytearray(), 0
    while position + _RECORD_HEAD <= len(data) and data[position] == _HANDSHAKE:
        end = position + _RECORD_HEAD + _uint16(data, position + 3)
        payload += data[position + _RECORD_HEAD : end]
        position = end
    position = 0
    while position + _MESSAGE_HEAD <= len(payload):
        end = (
            position
            + _MESSAGE_HEAD
            + int.from_bytes(payload[position + 1 : position + _MESSAGE_HEAD], "big")
        )
        if end > len(payload):
            return
        yield payload[position], bytes(payload[position + _MESSAGE_HEAD : end])
        position = end


def _group_of_hello(message: bytes) -> int | None:
    if len(message) <= _SESSION_ID:
        return None
    # Behind the session's name: suite, compression, and how long the extensions are.
    position = _SESSION_ID + 1 + message[_SESSION_ID] + 5
    while position + 6 <= len(message):
        if _uint16(message, position) == _KEY_SHARE:
            return _uint16(message, position + 4)
        position += 4 + _uint16(message, position + 2)
    return None


def _group_name(group: int) -> str:
    return _NAMES.get(group, f"0x{group:04x}")


def _uint16(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 2], "big")
