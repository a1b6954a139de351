"""
ClientHellos that our library can't make: one as long as browsers', one that asks for a staple.

The first is there to see whether it is answered at all: its key share for X25519MLKEM768 makes it
longer than one packet, which some servers and boxes on the way can't take (https://tldr.fail).
OpenSSL before 3.5 can't make one. Python's ssl can't ask for a status of the certificate; by TLS
1.2 the answer comes in the open. Nothing follows either of them: the connection is closed after the
first answer.
"""

from __future__ import annotations

import secrets

_HANDSHAKE, _CLIENT_HELLO, _SERVER_HELLO = 22, 1, 2
_TLS10, _TLS12, _TLS13 = b"\x03\x01", b"\x03\x03", b"\x03\x04"
_HYBRID, _X25519, _P256, _P384 = 0x11EC, 0x001D, 0x0017, 0x0018
# An ML-KEM-768 key of zero coefficients has a right form (FIPS 203, section 7.2); its seed is any.
_KEM_COEFFICIENTS, _SEED = 1152, 32
# RFC 8446, appendix B.4, and what browsers still offer of TLS 1.2.
_SUITES = (
    *(0x1301, 0x1302, 0x1303),
    *(0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8),
    *(0xC009, 0xC00A, 0xC013, 0xC014),
    *(0x009C, 0x009D, 0x002F, 0x0035),
)
_SIGNATURES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)
_RECORD_HEAD = 5
_PADDING = 250


def long_client_hello(server_name: str | None) -> bytes:
    """Write one record with a ClientHello (RFC 8446, section 4.1.2) of about 1,750 bytes."""
    x25519 = secrets.token_bytes(32)
    hybrid = bytes(_KEM_COEFFICIENTS) + secrets.token_bytes(_SEED) + secrets.token_bytes(32)
    shares = _number(_HYBRID) + _sized(hybrid) + _number(_X25519) + _sized(x25519)
    protocols = b"".join(_sized(name, 1) for name in (b"h2", b"http/1.1"))
    extensions = [
        (23, b""),  # extended master secret
        (0xFF01, b"\0"),  # renegotiation info
        (10, _numbers(_HYBRID, _X25519, _P256, _P384)),
        (11, b"\x01\0"),  # point formats
        (35, b""),  # session ticket
        (16, _sized(protocols)),
        (5, b"\x01\0\0\0\0"),  # status request
        (13, _numbers(*_SIGNATURES)),
        (51, _sized(shares)),
        (45, b"\x01\x01"),  # key exchange modes
        (43, _sized(_TLS13 + _TLS12, 1)),
        (21, bytes(_PADDING)),  # in browsers ECH fills about as much (RFC 7685)
    ]
    return _record(server_name, extensions)


def status_client_hello(server_name: str | None) -> bytes:
    """Write one record with a ClientHello of TLS 1.2 that asks for a status (RFC 6066, 8)."""
    extensions = [
        (23, b""),  # extended master secret
        (0xFF01, b"\0"),  # renegotiation info
        (10, _numbers(_X25519, _P256, _P384)),
        (11, b"\x01\0"),  # point formats
        (5, b"\x01\0\0\0\0"),  # status request
        (13, _numbers(*_SIGNATURES)),
    ]
    return _record(server_name, extensions)


def _record(server_name: str | None, extensions: list[tuple[int, bytes]]) -> bytes:
    if server_name:
        extensions.insert(0, (0, _sized(b"\0" + _sized(server_name.encode("idna")))))
    body = (
        _TLS12
        + secrets.token_bytes(32)
        + _sized(secrets.token_bytes(32), 1)
        + _numbers(*_SUITES)
        + b"\x01\0"
        + _sized(b"".join(_number(kind) + _sized(data) for kind, data in extensions))
    )
    message = bytes([_CLIENT_HELLO]) + _sized(body, 3)
    return bytes([_HANDSHAKE]) + _TLS10 + _sized(message)


def is_server_hello(answer: bytes) -> bool:
    """Whether a ServerHello (RFC 8446, section 4.1.3) begins here."""
    is_handshake = answer[:1] == bytes([_HANDSHAKE])
    return is_handshake and answer[_RECORD_HEAD : _RECORD_HEAD + 1] == bytes([_SERVER_HELLO])


def _number(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _numbers(*values: int) -> bytes:
    return _sized(b"".join(map(_number, values)))


def _sized(data: bytes, width: int = 2) -> bytes:
    """Write how long it is before it (RFC 8446, section 3.4)."""
    return len(data).to_bytes(width, "big") + data
