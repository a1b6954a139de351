"""Read the first packet of a MySQL or MariaDB server: its greeting, or an error instead."""

from __future__ import annotations

from diagnostics.net.line_reader import LineReader

_HEAD_BYTES, _MAX_BYTES = 4, 1024
_ERROR, _VERSION_10 = 0xFF, 0x0A
_STATE_BYTES = 6  # "#" and five characters, in an error packet


def read_mysql_greeting(lines: LineReader) -> bytes:
    """
    Return "MySQL" with the version, or an error as its number and text; other bytes as they are.

    A packet begins with its length in three bytes and a number (MySQL Internals, "Packets",
    "ERR_Packet", "Protocol::HandshakeV10").

    Raises:
        BrokenError: the connection ended before.
        Silence: the packet did not come until the stream's deadline.
    """
    head = lines.read_bytes(_HEAD_BYTES)
    size = int.from_bytes(head[:3], "little")
    if not 0 < size <= _MAX_BYTES:
        return head
    packet = lines.read_bytes(size)
    if packet[0] == _ERROR:
        text = packet[3:]
        text = text[_STATE_BYTES:] if text.startswith(b"#") else text
        return b"%d %s" % (int.from_bytes(packet[1:3], "little"), text)
    if packet[0] == _VERSION_10:
        return b"MySQL " + packet[1:].partition(b"\0")[0]
    return head + packet
