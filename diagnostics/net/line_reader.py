"""Read the lines of a text protocol (RFC 5321, section 2.3.8; RFC 959; RFC 9051) from a stream."""

from __future__ import annotations

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.tls_stream import Stream

MAX_LINE_BYTES = 2048  # RFC 5321, section 4.5.3.1.5, asks for 512
_REST_OF_LINE_S = 2.0


class LineReader:
    """Reads the lines of one stream; bytes after a line are kept for the next."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._pending = b""

    def read(self) -> bytes:
        """
        Return the next line without its end; an unfinished last line counts as a line.

        Raises:
            BrokenError: the connection ended, and nothing more was sent.
            Silence: nothing came until the stream's deadline.
        """
        until = self._stream.deadline
        try:
            while b"\n" not in self._pending and len(self._pending) < MAX_LINE_BYTES:
                # A greeting of another protocol has no line end at all: don't wait for it for long.
                if self._pending:
                    self._stream.deadline = until.within(_REST_OF_LINE_S)
                data = self._stream.receive(MAX_LINE_BYTES)
                if not data:
                    return self._unfinished_line(
                        BrokenError(Failure.TCP_RESET, "closed without a word")
                    )
                self._pending += data
        except (BrokenError, Silence) as error:
            return self._unfinished_line(error)
        finally:
            self._stream.deadline = until
        line, _, self._pending = self._pending.partition(b"\n")
        return line[:MAX_LINE_BYTES].rstrip(b"\r")

    def read_bytes(self, count: int) -> bytes:
        """
        Return so many bytes after the last line.

        Raises:
            BrokenError: the connection ended before.
            Silence: they did not come until the stream's deadline.
        """
        while len(self._pending) < count:
            data = self._stream.receive()
            if not data:
                raise BrokenError(Failure.TCP_RESET, "closed in the middle")
            self._pending += data
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def _unfinished_line(self, error: Exception) -> bytes:
        line, self._pending = self._pending, b""
        if not line:
            raise error
        return line[:MAX_LINE_BYTES]
