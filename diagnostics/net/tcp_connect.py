"""
Connect to exactly one judged address; if that fails, find whose ICMP error ended it.

Every TCP connection of a diagnosis is made by `tcp_connect`.
"""

from __future__ import annotations

import errno
import select
import socket
import struct
from collections.abc import Callable
from ipaddress import ip_address
from types import MappingProxyType

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence, broken
from diagnostics.net.deadline import Deadline
from diagnostics.net.tls_stream import Stream, wait_for
from diagnostics.options import Address

# linux/errqueue.h, linux/in.h, linux/in6.h
_EXTENDED_ERROR = struct.Struct("IBBBxII")
_RECEIVE_ERRORS = MappingProxyType({4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)})
_FROM_ICMP, _FROM_ICMPV6 = 2, 3
_QUEUED = 512
CONNECT_TIMEOUT_S = 3.5  # covers the SYN and its repeats up to the one after 3 s, RFC 6298
_SILENT_HOST_TIMEOUT_S = 1.9  # the SYN and one repeat; Linux 6.5 sends the next after 2 s
# Type and code: RFC 792, RFC 1812, section 5.2.7.1; RFC 4443, sections 3.1 and 3.3. "Port
# unreachable" is how a firewall's default says "refused".
_ICMP_FAILURES = MappingProxyType(
    {
        _FROM_ICMP: {
            (3, 0): Failure.TCP_NO_ROUTE,
            (3, 3): Failure.TCP_REFUSED,
            (3, 6): Failure.TCP_NO_ROUTE,
            (3, 9): Failure.TCP_PROHIBITED,
            (3, 10): Failure.TCP_PROHIBITED,
            (3, 13): Failure.TCP_PROHIBITED,
        },
        _FROM_ICMPV6: {
            (1, 0): Failure.TCP_NO_ROUTE,
            (1, 1): Failure.TCP_PROHIBITED,
            (1, 4): Failure.TCP_REFUSED,
            (1, 5): Failure.TCP_PROHIBITED,
            (1, 6): Failure.TCP_NO_ROUTE,
        },
    }
)
_FAILURES_BY_TYPE = MappingProxyType(
    {
        (_FROM_ICMP, 3): Failure.TCP_HOST_UNREACHABLE,
        (_FROM_ICMP, 11): Failure.TCP_TTL_EXCEEDED,
        (_FROM_ICMPV6, 1): Failure.TCP_HOST_UNREACHABLE,
        (_FROM_ICMPV6, 3): Failure.TCP_TTL_EXCEEDED,
    }
)


def tcp_connect(
    address: Address,
    port: int,
    deadline: Deadline,
    segment_bytes: int | None = None,
    *,
    is_silent: Callable[[], bool] = lambda: False,
) -> Stream:
    """
    Connect to exactly this address; the errno becomes the failure.

    A host that `is_silent`, from which nothing at all came, gets one repeat of the SYN: a later one
    may be answered by a router that limits its errors (see `probe_ping`).

    Raises:
        BrokenError: refused, unreachable, or our own system doesn't permit it.
        Silence: nothing answered until the deadline.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004
    try:
        sock = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    except OSError as error:
        raise broken(error) from error
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if segment_bytes:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment_bytes)
        _connect(sock, address, port, deadline, is_silent)
        _check_peer(sock, address)
    # Whatever ends it, a descriptor must not stay open in a long-lived server.
    except BaseException:
        sock.close()
        raise
    return Stream(sock, deadline)


def _connect(
    sock: socket.socket,
    address: Address,
    port: int,
    deadline: Deadline,
    is_silent: Callable[[], bool],
) -> None:
    if not has_route(address):
        raise BrokenError(Failure.VANTAGE_NO_ROUTE, "no route from here")
    # Set before connecting: the queue keeps only errors that come afterwards.
    level, option = _RECEIVE_ERRORS[address.version]
    sock.setsockopt(level, option, 1)
    code = sock.connect_ex((str(address), port))
    if code == errno.EINPROGRESS:
        is_there = wait_for(sock, select.POLLOUT, deadline.within(_SILENT_HOST_TIMEOUT_S))
        if not is_there and (is_silent() or not wait_for(sock, select.POLLOUT, deadline)):
            raise Silence
        # Ready means that the attempt has ended, well or badly; SO_ERROR tells (connect(2)).
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        error = OSError(code, errno.errorcode.get(code, str(code)))
        raise _icmp_error(sock, error) or broken(error)
    sock.setsockopt(level, option, 0)  # once connected, a stray error must not end it


def _icmp_error(sock: socket.socket, error: OSError) -> BrokenError | None:
    """
    Return the ICMP error behind a failed connection; None if there is none.

    The errno alone mixes "host unreachable" with "prohibited" and "TTL exceeded", and hides the
    sender. Linux keeps both in the socket's error queue (ip(7), IP_RECVERR).
    """
    try:
        _, ancillary, _, _ = sock.recvmsg(_QUEUED, _QUEUED, socket.MSG_ERRQUEUE)
    except OSError:
        return None
    for _, _, data in ancillary:
        if len(data) < _EXTENDED_ERROR.size:
            continue
        _, origin, kind, code, _, _ = _EXTENDED_ERROR.unpack_from(data)
        failure = _ICMP_FAILURES.get(origin, {}).get((kind, code)) or _FAILURES_BY_TYPE.get(
            (origin, kind)
        )
        if failure is not None:
            source = _source(data[_EXTENDED_ERROR.size :])
            return BrokenError(failure, f"{source}: {error}", icmp_source=source)
    return None


def _source(sockaddr: bytes) -> str:
    """Return the address in a sockaddr_in or sockaddr_in6."""
    family = struct.unpack_from("H", sockaddr)[0]
    offset, size = (4, 4) if family == socket.AF_INET else (8, 16)
    return str(ip_address(sockaddr[offset : offset + size]))


def _check_peer(sock: socket.socket, address: Address) -> None:
    """Check who answered; a socket may be connected to itself, on an ephemeral port of ours."""
    try:
        peer, local = sock.getpeername(), sock.getsockname()
    except OSError as error:
        raise broken(error) from error
    if ip_address(peer[0].partition("%")[0]) != address:
        raise BrokenError(Failure.UNKNOWN, f"{peer[0]} answered instead")
    if peer[:2] == local[:2]:
        raise BrokenError(Failure.TCP_REFUSED, "only ourselves there")


def has_route(address: Address) -> bool:
    """
    Check whether our own system has a route to this address. Sends no packet.

    For a global IPv6 address our own must be global as well: with a local one answers can't come
    back, and the silence would be our fault.
    """
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            # On UDP this only chooses a route and our own address; the port is any (discard).
            sock.connect((str(address), 9))
            source = ip_address(sock.getsockname()[0].partition("%")[0])
    except PermissionError:
        return True  # a local rule; connect(2) will report it
    except OSError:
        return False
    if address.version == 4 or not address.is_global:  # noqa: PLR2004
        return True
    return source.is_global
