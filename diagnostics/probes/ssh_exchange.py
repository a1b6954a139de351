"""Read the algorithms that an SSH server offers at the beginning of the key exchange."""

from __future__ import annotations

from typing import Any

from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline
from diagnostics.net.line_reader import LineReader
from diagnostics.net.tls_stream import Stream
from diagnostics.texts import escape_hidden

# Servers may first look up the visitor's name.
_ANSWER_S = 4.0
_OWN_LINE = b"SSH-2.0-Intake\r\n"
_KEXINIT = 20  # RFC 4253, section 12
_HEAD, _COOKIE = 6, 16  # lengths, the kind of the message; then the cookie
_MAX_PACKET = 35_000  # RFC 4253, section 6.1
_MAX_NAMES, _SOME_WORDS = 60, 64
_LISTS = ("key_exchanges", "host_keys", "ciphers")  # the first of them, section 7.1


def read_key_exchange(stream: Stream, lines: LineReader, deadline: Deadline) -> dict[str, Any]:
    """
    Send our version, and read the server's algorithms (RFC 4253, sections 4.2 and 7.1).

    Return an observation's fields; {} if the server is silent or its message can't be parsed.
    """
    stream.deadline = deadline.within(_ANSWER_S)
    try:
        stream.send(_OWN_LINE)
        head = lines.read_bytes(_HEAD)
        length = int.from_bytes(head[:4], "big")
        if head[5] != _KEXINIT or not _COOKIE < length <= _MAX_PACKET:
            return {}
        payload = lines.read_bytes(length - 2)  # without the padding's length and the kind
    except BrokenError:
        return {"breaks_off": True}
    except Silence:
        return {}
    finally:
        stream.deadline = deadline
    return dict(zip(_LISTS, _name_lists(payload[_COOKIE:]), strict=False))


def _name_lists(data: bytes) -> list[tuple[str, ...]]:
    """Parse the first name-lists (RFC 4251, section 5); [] if they are malformed."""
    lists: list[tuple[str, ...]] = []
    for _ in _LISTS:
        length = int.from_bytes(data[:4], "big")
        if length > len(data) - 4:
            return []
        text = escape_hidden(data[4 : 4 + length].decode("ascii", "replace"), _MAX_PACKET)
        names = [name[:_SOME_WORDS] for name in text.split(",")[:_MAX_NAMES] if name]
        lists.append(tuple(names))
        data = data[4 + length :]
    return lists
