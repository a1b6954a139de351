"""
Echo requests and their replies, over icmplib's sockets: raw, else unprivileged, else not at all.

Replies carry the time at which the kernel received them (socket(7), SO_TIMESTAMPNS): on a busy
machine we may read them late, which is neither a slow path nor a lost packet. icmplib's own
`receive` drops packets that it reads too late, so they are received here, and only parsed by
icmplib.
"""

from __future__ import annotations

import ctypes
import secrets
import select
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from icmplib import (
    DestinationUnreachable,
    ICMPLibError,
    ICMPReply,
    ICMPRequest,
    ICMPv4Socket,
    ICMPv6Socket,
    SocketPermissionError,
    TimeExceeded,
)

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError
from diagnostics.net.deadline import Deadline
from diagnostics.options import Address

_IPV4 = 4
_TTL = 64
_PAYLOAD = bytes(56)  # as ping(8) sends; icmplib would draw 56 random bytes for each
# One Ethernet frame; an error quotes less, a reply has our 56 bytes.
_PACKET, _ANCILLARY = 1500, 64
_MAX_WAIT_S = 5.0
# asm-generic/socket.h
# Python's socket module has no names for these.
_SO_ATTACH_FILTER = 26
_SO_TIMESTAMPNS = 35
# Codes of "destination unreachable"; the others mean "prohibited". RFC 792 and RFC 1812, section
# 5.2.7.1; RFC 4443, section 3.1.
_UNREACHABLE_V4 = {
    0: Failure.PING_NO_ROUTE,
    1: Failure.PING_HOST_UNREACHABLE,
    6: Failure.PING_NO_ROUTE,
    7: Failure.PING_HOST_UNREACHABLE,
}
_UNREACHABLE_V6 = {0: Failure.PING_NO_ROUTE, 3: Failure.PING_HOST_UNREACHABLE}


@dataclass(frozen=True)
class EchoReply:
    """The answer to one request: a reply of the target, or an ICMP error from anybody."""

    sequence: int
    source: str
    at: float  # seconds, monotonic clock
    failure: Failure | None = None
    detail: str = ""


class EchoSocket:
    """
    A socket that sends echo requests to one address.

    `needs_routers` asks for a raw socket: only those receive errors from routers.

    Raises:
        BrokenError: our system doesn't permit it.
    """

    def __init__(self, address: Address, *, needs_routers: bool = False) -> None:
        self._address, self._is_ipv4 = str(address), address.version == _IPV4
        # Many diagnoses ping at once, so each socket needs a number of its own.
        self._id = secrets.randbelow(0xFFFF) + 1
        self._sock = self._open(needs_routers=needs_routers)
        # One call reads all that is queued; it must not wait for more.
        self._sock.blocking = False
        with suppress(OSError):  # without it the time is when we read the packet
            self._sock.sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._poll = select.poll()
        self._poll.register(self._sock.sock, select.POLLIN)

    def _open(self, *, needs_routers: bool) -> Any:  # noqa: ANN401 - icmplib has no types
        kind: Any = ICMPv4Socket if self._is_ipv4 else ICMPv6Socket
        try:
            # Raw first: where net.ipv4.ping_group_range is "1 0", the kernel's default, even root
            # gets no unprivileged socket.
            sock = kind(privileged=True)
        except SocketPermissionError as error:
            if needs_routers:  # only raw sockets receive routers' errors
                raise _not_permitted("a trace needs the right to raw sockets") from error
        except ICMPLibError as error:
            raise _not_permitted(str(error)) from error
        else:
            _filter_replies(sock.sock, self._id, is_ipv4=self._is_ipv4)
            return sock
        try:
            # Such a socket hears echo replies only: errors of routers never arrive here as packets.
            return kind(privileged=False)
        except SocketPermissionError as error:
            raise _not_permitted("no right to send echo requests here") from error
        except ICMPLibError as error:
            raise _not_permitted(str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._sock.close()

    def send(self, sequence: int, ttl: int = _TTL) -> float:
        """
        Send one request, and return the time of the monotonic clock, in seconds.

        Raises:
            BrokenError: it was not sent.
        """
        request = ICMPRequest(
            self._address, id=self._id, sequence=sequence, payload=_PAYLOAD, ttl=ttl
        )
        at = time.monotonic()
        try:
            self._sock.send(request)
        except ICMPLibError as error:
            raise _not_permitted(str(error)) from error
        self._id = request.id  # the kernel chooses it on unprivileged sockets
        return at

    def receive(self, until: Deadline) -> list[EchoReply]:
        """Wait until something comes, and return all that is queued; [] if nothing came."""
        if not self._poll.poll(until.left_s * 1000):
            return []
        return self._receive_ready()

    def _receive_ready(self) -> list[EchoReply]:
        """Return what is queued already."""
        replies: list[EchoReply] = []
        while True:
            try:
                packet, ancillary, _, source = self._sock.sock.recvmsg(_PACKET, _ANCILLARY)
            except OSError:  # nothing more, or an error of the path, which has no details here
                return replies
            reply = self._sock._parse_reply(packet, source[0], _kernel_time(ancillary))  # noqa: SLF001 - see above
            if reply is not None and reply.id == self._id:
                replies.append(self._read(reply))

    def _read(self, reply: ICMPReply) -> EchoReply:
        source, failure, detail = reply.source.partition("%")[0], None, ""
        try:
            # icmplib's own `ping` takes these errors for plain loss, but they tell causes apart.
            reply.raise_for_status()
        except ICMPLibError as error:
            failure, detail = self._failure_of_error(error, reply.code), f"{source}: {error}"
        return EchoReply(reply.sequence, source, reply.time, failure, detail)

    def _failure_of_error(self, error: ICMPLibError, code: int) -> Failure:
        if isinstance(error, TimeExceeded):
            return Failure.PING_TTL_EXCEEDED
        if not isinstance(error, DestinationUnreachable):
            return Failure.PING_SILENT
        table = _UNREACHABLE_V4 if self._is_ipv4 else _UNREACHABLE_V6
        return table.get(code, Failure.PING_PROHIBITED)


def _not_permitted(detail: str) -> BrokenError:
    return BrokenError(Failure.VANTAGE_NOT_PERMITTED, detail)


def _kernel_time(ancillary: list[tuple[int, int, bytes]]) -> float:
    """
    Return when the kernel received a packet, on our monotonic clock; now if it doesn't say.

    The kernel uses the wall clock, which may be set meanwhile: then a packet would seem to have
    waited very long, or to come from the future.
    """
    waited_s = 0.0
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("ll", data[: struct.calcsize("ll")])
            waited_s = time.time() - (seconds + nanoseconds / 1e9)
    return time.monotonic() - (waited_s if 0 <= waited_s <= _MAX_WAIT_S else 0.0)


def _filter_replies(sock: socket.socket, echo_id: int, *, is_ipv4: bool) -> None:
    """
    Let the kernel drop others' packets: a raw socket receives every echo reply of the machine.

    With many diagnoses at once they would fill each other's queues, and that would look like loss.
    A classic BPF program (bpf(4)): echo replies with our identifier, and errors of any kind.
    """
    # ICMP: unreachable, time exceeded, parameter problem (RFC 792); ICMPv6: types 1 to 4, RFC 4443.
    reply, errors = (0, (3, 11, 12)) if is_ipv4 else (129, (1, 2, 3, 4))
    # A jump counts from the next step; errors of any kind go to the last one.
    keep_at = 2 + len(errors) + 4
    program = [
        (0xB1, 0, 0, 0) if is_ipv4 else (0x01, 0, 0, 0),  # X: where ICMP begins, RFC 791
        (0x50, 0, 0, 0),  # A = type
        *((0x15, keep_at - at - 1, 0, kind) for at, kind in enumerate(errors, 2)),
        (0x15, 0, 2, reply),
        (0x48, 0, 0, 4),  # A = identifier
        (0x15, 1, 0, echo_id),
        (0x06, 0, 0, 0),  # drop
        (0x06, 0, 0, 0xFFFF),  # keep
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    head = struct.pack("HP", len(program), ctypes.addressof(buffer))
    with suppress(OSError, AttributeError):  # without it all packets are received
        sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, head)
