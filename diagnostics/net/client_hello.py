"""
ClientHellos that our library can't make: one as long as browsers', and one that asks for a staple.

The first shows whether a long ClientHello is answered at all: its key share for X25519MLKEM768
makes it longer than one packet, which some servers and middleboxes can't take (https://tldr.fail).
OpenSSL before 3.5 can't make one. The second is needed because Python's ssl can't ask for a
certificate status; in TLS 1.2 the answer is unencrypted. The connection is closed after the first
answer to either.
"""

from __future__ import annotations

import secrets

_HANDSHAKE, _CLIENT_HELLO, _SERVER_HELLO = 22, 1, 2
_TLS10, _TLS12, _TLS13 = b"\x03\x01", b"\x03\x03", b"\x03\x04"
_HYBRID, _X25519, _P256, _P384 = 0x11EC, 0x001D, 0x0017, 0x0018
# An ML-KEM-768 key of zero coefficients is well-formed (FIPS 203, section 7.2), with any seed.
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
    """Return a record with a ClientHello (RFC 8446, section 4.1.2) of about 1,750 bytes."""
    x25519 = secrets.token_bytes(32)
    hybrid = bytes(_KEM_COEFFICIENTS) + secrets.token_bytes(_SEED) + secrets.token_bytes(32)
    shares = _uint16(_HYBRID) + _with_length(hybrid) + _uint16(_X25519) + _with_length(x25519)
    protocols = b"".join(_with_length(name, 1) for name in (b"h2", b"http/1.1"))
    extensions = [
        (23, b""),  # extended master secret
        (0xFF01, b"\0"),  # renegotiation info
        (10, _uint16_list(_HYBRID, _X25519, _P256, _P384)),
        (11, b"\x01\0"),  # point formats
        (35, b""),  # session ticket
        (16, _with_length(protocols)),
        (5, b"\x01\0\0\0\0"),  # status request
        (13, _uint16_list(*_SIGNATURES)),
        (51, _with_length(shares)),
        (45, b"\x01\x01"),  # key exchange modes
        (43, _with_length(_TLS13 + _TLS12, 1)),
        (21, bytes(_PADDING)),  # in browsers ECH fills about as much (RFC 7685)
    ]
    return _record(server_name, extensions)


def status_client_hello(server_name: str | None) -> bytes:
    """
    Return a record with a ClientHello of TLS 1.2 that asks for a certificate status
    (RFC 6066, 8).
    """
    extensions = [
        (23, b""),  # extended master secret
        (0xFF01, b"\0"),  # renegotiation info
        (10, _uint16_list(_X25519, _P256, _P384)),
        (11, b"\x01\0"),  # point formats
        (5, b"\x01\0\0\0\0"),  # status request
        (13, _uint16_list(*_SIGNATURES)),
    ]
    return _record(server_name, extensions)


def _record(server_name: str | None, extensions: list[tuple[int, bytes]]) -> bytes:
    if server_name:
        extensions.insert(0, (0, _with_length(b"\0" + _with_length(server_name.encode("idna")))))
    body = (
        _TLS12
        + secrets.token_bytes(32)
        + _with_length(secrets.token_bytes(32), 1)
        + _uint16_list(*_SUITES)
        + b"\x01\0"
        + _with_length(b"".join(_uint16(kind) + _with_length(data) for kind, data in extensions))
    )
    message = bytes([_CLIENT_HELLO]) + _with_length(body, 3)
    return bytes([_HANDSHAKE]) + _TLS10 + _with_length(message)


def is_server_hello(answer: bytes) -> bool:
    """Check whether a ServerHello (RFC 8446, section 4.1.3) begins here."""
    is_handshake = answer[:1] == bytes([_HANDSHAKE])
    return is_handshake and answer[_RECORD_HEAD : _RECORD_HEAD + 1] == bytes([_SERVER_HELLO])


def _uint16(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _uint16_list(*values: int) -> bytes:
    return _with_length(b"".join(map(_uint16, values)))


def _with_length(data: bytes, width: int = 2) -> bytes:
    """Return data with its length before it (RFC 8446, section 3.4)."""
    return len(data).to_bytes(width, "big") + data
