"""
One connection to one judged address, under one deadline, with a limit on what is read.

Sockets are non-blocking, so a server that sends a byte a second can't hold a probe longer than its
deadline.
"""

from __future__ import annotations

import io
import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence, broken

if TYPE_CHECKING:
    from diagnostics.net.deadline import Deadline

_CHUNK = 16_384
_FIRST_BYTES = 64
_RAW_FIRST_BYTES = 16_384  # the unencrypted part of a server's handshake
_POLL_S = 0.25  # how often a waiting stream checks whether to give up


@dataclass(frozen=True)
class Connection:
    """
    How a probe connects: on an existing connection, or on a new one.

    `segment_bytes` clamps the TCP segments of both sides (RFC 9293, section 3.7.1). `is_silent`
    returns whether nothing at all came from the host yet. `is_decided` returns whether another
    measurement has found the cause, so that waiting is pointless.
    """

    stream: Stream | None = None
    segment_bytes: int | None = None
    is_silent: Callable[[], bool] = lambda: False
    is_decided: Callable[[], bool] = lambda: False
    # If TLS begins after a dialogue (STARTTLS), how to get there once more.
    reconnect: Callable[[Deadline], Stream] | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self.stream is not None:
            self.stream.hang_up()


NEW = Connection()


class Stream:
    """A connected socket, later perhaps with TLS, with a deadline and a size limit."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.deadline = deadline
        self.cap_bytes: int | None = None
        self.received_bytes = 0
        self.has_ended = False
        self.raw_first_bytes = b""
        self.first_bytes = b""
        self.on_first_byte: Callable[[], None] | None = None
        self.last_byte_at: float | None = None
        self.gives_up: Callable[[float], bool] | None = None
        self.reader: Callable[[int], bytes] = self.receive

    def is_flowing(self, within_s: float) -> bool:
        """Check whether a byte came within so many seconds."""
        return self.last_byte_at is not None and time.monotonic() - self.last_byte_at <= within_s

    @property
    def cipher(self) -> str | None:
        """The cipher suite in use, by OpenSSL's name."""
        suite = self._tls.cipher() if self._tls is not None else None
        return suite[0] if suite else None

    @property
    def protocol(self) -> str | None:
        """The protocol that ALPN chose (RFC 7301); None if the server chose none."""
        return self._tls.selected_alpn_protocol() if self._tls is not None else None

    def start_tls(self, context: ssl.SSLContext, server_name: str | None) -> ssl.SSLObject:
        """
        Do the TLS handshake.

        The bytes pass through memory, so what a server sends instead of TLS is kept.

        Raises:
            ssl.SSLError: the server refuses, doesn't speak TLS, or its certificate is not trusted.
            BrokenError: the connection ended early.
            Silence: the deadline came first.
        """
        tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self._through_tls(tls.do_handshake)
        self._tls = tls
        return tls

    def send(self, data: bytes) -> None:
        """
        Send all of it before the deadline.

        Raises:
            BrokenError: the connection ended early.
            Silence: the deadline came first.
        """
        if self._tls is not None:
            tls, view = self._tls, memoryview(data)
            while view:
                written = self._through_tls(partial(tls.write, view))
                if not written:
                    raise BrokenError(Failure.TCP_RESET, "closed while we spoke")
                view = view[written:]
        else:
            self._send_raw(data)

    def receive(self, limit: int = _CHUNK) -> bytes:
        """
        Return at most `limit` bytes, b"" once the server has closed.

        Raises:
            BrokenError: the connection ended early.
            EOFError: the size limit is reached.
            Silence: the deadline came first.
        """
        if self.cap_bytes is not None and self.received_bytes >= self.cap_bytes:
            raise EOFError("the cap")
        if self._tls is not None:
            tls = self._tls
            data: bytes = self._through_tls(partial(tls.read, limit))
        else:
            data = self._receive_raw(limit)
        # Counted after TLS: the first byte of the answer, not of the handshake.
        if data and not self.received_bytes and self.on_first_byte:
            self.on_first_byte()
        self.has_ended = not data
        self.last_byte_at = time.monotonic()
        self.first_bytes = (self.first_bytes + data)[:_FIRST_BYTES]
        self.received_bytes += len(data)
        return data

    @property
    def local_address(self) -> str:
        """Our own address on this connection."""
        return str(self._sock.getsockname()[0]).partition("%")[0]

    def hang_up(self) -> None:
        """Close at once; a second call does nothing."""
        self._sock.close()

    def _through_tls(self, step: Callable[[], Any]) -> Any:  # noqa: ANN401 - ssl's own results
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush_tls()
                if not self._feed_tls():
                    # The server has closed; without this OpenSSL would ask for more for ever.
                    self._incoming.write_eof()
            # Many servers close without a close_notify (RFC 8446, section 6.1), which is an end,
            # too.
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                self._flush_tls(is_last=True)
                return self._end_of_tls()
            except ssl.SSLError as error:
                # Send our alert; where that fails too, the first error is the one that counts.
                self._flush_tls(is_last=True)
                if self._tls is None:
                    raise
                raise BrokenError(Failure.TLS_ALERT, str(error)) from error
            else:
                self._flush_tls()
                return result

    def _end_of_tls(self) -> bytes:
        if self._tls is None:
            raise BrokenError(Failure.TLS_CLOSED, "closed during the handshake")
        return b""

    def _feed_tls(self) -> bytes:
        data = self._receive_raw(_CHUNK)
        self.raw_first_bytes = (self.raw_first_bytes + data)[:_RAW_FIRST_BYTES]
        if data:
            self._incoming.write(data)
        return data

    def _flush_tls(self, *, is_last: bool = False) -> None:
        if self._outgoing.pending:
            try:
                self._send_raw(self._outgoing.read())
            except (BrokenError, Silence):
                if not is_last:
                    raise

    def _send_raw(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[self._sock.send(view) :]
            except BlockingIOError:
                self._wait(select.POLLOUT)
            except OSError as error:
                raise broken(error) from error

    def _receive_raw(self, limit: int) -> bytes:
        while True:
            self._wait(select.POLLIN)
            try:
                return self._sock.recv(limit)
            except BlockingIOError:
                continue
            except OSError as error:
                raise broken(error) from error

    def _wait(self, event: int) -> None:
        """Wait until the deadline, or until `gives_up` returns True for the seconds waited."""
        started = time.monotonic()
        while self.gives_up is not None:
            if wait_for(self._sock, event, self.deadline.within(_POLL_S)):
                return
            if self.gives_up(time.monotonic() - started) or not self.deadline.left_s:
                raise Silence
        if not wait_for(self._sock, event, self.deadline):
            raise Silence

    # The methods that http.client and urllib3 call on a socket.

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        """Return the reading end as a file, which reads from `reader`."""
        del mode
        return io.BufferedReader(_StreamReader(self), _CHUNK)

    def sendall(self, data: bytes) -> None:
        """Send, as a socket would."""
        self.send(bytes(data))

    def close(self) -> None:
        """Do nothing: http.client closes the socket before the body is read from its file."""

    def settimeout(self, _: float | None) -> None:
        """Ignore other timeouts: the deadline counts."""

    def shutdown(self, _: int) -> None:
        """Shut down both directions."""
        self._sock.shutdown(socket.SHUT_RDWR)

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._sock.fileno()


class _StreamReader(io.RawIOBase):
    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        data = self._stream.reader(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def wait_for(sock: socket.socket, event: int, deadline: Deadline) -> bool:
    """Wait until the socket is ready, at most until the deadline. Returns whether it is ready."""
    # `select.select` fails on descriptors from 1,024 on, and a server with many diagnoses has them.
    poll = select.poll()
    poll.register(sock, event)
    return bool(poll.poll(deadline.left_s * 1000))
