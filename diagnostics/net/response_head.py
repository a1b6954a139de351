"""
Read the head of an HTTP/1 answer, within limits and as tolerantly as browsers do.

Browsers skip header lines without a colon, join folded ones, and accept any number of headers. The
library behind us does not, so it only gets the fields that frame the body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

# Chromium's own limit (net::HttpStreamParser); Firefox takes somewhat more.
HEAD_CAP_BYTES = 256 * 1024
_MAX_STATUS_LINE = 8 * 1024
_START = b"HTTP/"
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_SWITCHING = b"101"


class ResponseHead(NamedTuple):
    """Status, reason, and the fields in order: names in lower case, values as Latin-1."""

    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]

    def get(self, name: str, default: str = "") -> str:
        """Return the values of a field, joined as RFC 9110, section 5.3, allows."""
        values = self.all_of(name)
        return ", ".join(values) if values else default

    def all_of(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for own, value in self.fields if own == name]

    def __contains__(self, name: object) -> bool:
        return any(own == name for own, _ in self.fields)


class HeadReader:
    """
    Reads the head of one answer from a stream; what follows is passed on unchanged.

    `receive` returns at most that many bytes, b"" at the end. After the first read `fields` holds
    what the server sent, as Latin-1. Interim answers (1xx) are skipped.
    """

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._ready = b""
        self._buffer = bytearray()
        self._received = 0
        self._has_head = False
        self.fields: tuple[tuple[str, str], ...] = ()

    def read(self, limit: int) -> bytes:
        """
        Return at most `limit` bytes of a simplified head and then of the body.

        Raises:
            EOFError: the head is longer than browsers accept.
        """
        if not self._has_head:
            self._ready = self._read_head()
            self._has_head = True
        if not self._ready:
            return self._receive(limit)
        data, self._ready = self._ready[:limit], self._ready[limit:]
        return data

    def _read_head(self) -> bytes:
        while (head := self._read_to_the_empty_line()) is not None:
            lines = _unfold(head)
            status = lines[0].split(None, 2)[1:2]
            if status and status[0].startswith(b"1") and status[0] != _SWITCHING:
                continue
            fields = [pair for line in lines[1:] if (pair := _field(line)) is not None]
            self.fields = tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in fields
            )
            framing = [b"%s: %s" % pair for pair in fields if pair[0] in _FRAMING]
            status_line = _START + lines[0][len(_START) : _MAX_STATUS_LINE]
            return b"\r\n".join([status_line, *framing]) + b"\r\n\r\n" + bytes(self._buffer)
        # No HTTP, or less than a first line: the library says what is wrong with it.
        return bytes(self._buffer)

    def _read_to_the_empty_line(self) -> bytes | None:
        """Remove a head from the buffer and return it; None if it is no head."""
        buffer, searched = self._buffer, 0
        while True:
            if bytes(buffer[:1]) in {b"\r", b"\n"}:
                buffer[:] = buffer.lstrip(b"\r\n")
                searched = 0
            start = bytes(buffer[: len(_START)]).upper()
            if not _START.startswith(start):
                return None
            end, size = _empty_line(buffer, searched)
            if end >= 0:
                head = bytes(buffer[:end])
                del buffer[: end + size]
                return head
            if self._received > HEAD_CAP_BYTES:
                raise EOFError("endless headers")
            searched = max(0, len(buffer) - 3)
            more = self._receive(16_384)
            self._received += len(more)
            buffer += more
            # Where the connection ends after a first line, browsers take that for the head's end.
            if not more:
                return self._take_all() if b"\n" in buffer else None

    def _take_all(self) -> bytes:
        head = bytes(self._buffer)
        self._buffer.clear()
        return head


def _empty_line(buffer: bytearray, start: int) -> tuple[int, int]:
    """
    Return where the head ends and the length of its end; lines may end in a bare LF (RFC 9112,
    2.2).
    """
    ends = [(buffer.find(mark, start), len(mark)) for mark in (b"\n\r\n", b"\n\n")]
    return min((end for end in ends if end[0] >= 0), default=(-1, 0))


def _unfold(head: bytes) -> list[bytes]:
    """Return the lines; one that begins with a blank continues the last (RFC 9112, section 5.2)."""
    lines: list[list[bytes]] = []
    for line in head.split(b"\n"):
        if line[:1] in {b" ", b"\t"} and len(lines) > 1:
            lines[-1].append(line.strip())
        else:
            lines.append([line.strip(b"\r")])
    return [b" ".join(parts) for parts in lines]


def _field(line: bytes) -> tuple[bytes, bytes] | None:
    """
    Split a line at its colon; None for a line without one or without a name, as
    browsers skip it.
    """
    name, colon, value = line.partition(b":")
    name = name.strip().lower()
    return (name, value.strip()) if colon and name else None
