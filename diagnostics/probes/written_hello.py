"""Partial handshakes: send a ClientHello that we build ourselves, and read the first answer."""

from __future__ import annotations

from diagnostics.net.client_hello import (
    is_server_hello,
    long_client_hello,
    status_client_hello,
)
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline
from diagnostics.net.server_hello import Staple, stapled_status
from diagnostics.net.tcp_connect import tcp_connect
from diagnostics.net.tls_stream import Stream
from diagnostics.options import Address
from diagnostics.targets import as_address

_ANSWER_S = 2.5  # for one ClientHello to be answered
_MAX_FLIGHT = 65_536
_ALERT = b"\x15\x03"  # RFC 8446, section 5.1: its type and the version's first byte


def answers_long_hello(
    address: Address, port: int, server_name: str | None, deadline: Deadline
) -> bool | None:
    """Check whether a ClientHello of two packets is answered; None if the connection fails."""
    until = deadline.within(_ANSWER_S)
    try:
        stream = tcp_connect(address, port, until)
    except (BrokenError, Silence):
        return None
    try:
        stream.send(long_client_hello(server_name))
        return is_server_hello(stream.receive(64))
    except (BrokenError, Silence):
        return False
    finally:
        stream.hang_up()


def answers_tls(stream: Stream, host: str, deadline: Deadline) -> bool:
    """Check whether a ClientHello is answered on a connection whose server hasn't greeted."""
    stream.deadline = deadline.within(_ANSWER_S)
    try:
        # An address is not permitted in SNI (RFC 6066, section 3).
        stream.send(status_client_hello(None if as_address(host) else host))
        answer = stream.receive(64)
    except (BrokenError, Silence):
        return False
    return is_server_hello(answer) or answer.startswith(_ALERT)


def staples(
    address: Address, port: int, server_name: str | None, deadline: Deadline
) -> bool | None:
    """Check whether the server staples its certificate's status; None if that can't be told."""
    staple = read_staple(address, port, server_name, deadline)
    return None if staple is None else bool(staple.status)


def read_staple(
    address: Address, port: int, server_name: str | None, deadline: Deadline
) -> Staple | None:
    """Read the stapled status by TLS 1.2, where it isn't encrypted; None if that can't be told."""
    try:
        stream = tcp_connect(address, port, deadline.within(_ANSWER_S))
    except (BrokenError, Silence):
        return None
    try:
        stream.send(status_client_hello(server_name))
        flight = b""
        while (staple := stapled_status(flight)) is None and len(flight) < _MAX_FLIGHT:
            more = stream.receive()
            if not more:
                return None
            flight += more
    except (BrokenError, Silence):
        return None
    else:
        return staple
    finally:
        stream.hang_up()
