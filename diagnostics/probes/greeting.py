"""
The first line of a service that speaks first, and how long it took to come.

OpenSSH 9.8 and later count a visit that never logs in (PerSourcePenalties, `noauth`): one second,
forgotten a second later, and enforced only from fifteen on. Whether a visitor sends a version line
makes no difference there, and each address is visited once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.line_reader import LineReader
from diagnostics.net.tls_stream import Stream
from diagnostics.texts import escape_hidden

# Servers that look up their visitor's name or ident first (RFC 1413) greet after ten seconds and
# more; senders of mail wait for five minutes (RFC 5321, section 4.5.3.2.1).
_PATIENCE_S: Mapping[str, float] = {"ssh": 11.0, "ftp": 11.0}
_MAIL_PATIENCE_S = 13.0
_ENOUGH_S = 8.0  # of silence, to be spoken of where the diagnosis ended first
_MORE_LINES_S = 1.0
_MAX_LINES = 1024  # as many as the client of OpenSSH reads
_MAX_TEXT = 200


def read_greeting(
    stream: Stream, lines: LineReader, deadline: Deadline, *, service: str, watch: Stopwatch
) -> dict[str, Any]:
    """
    Wait for a greeting; give it as an observation's fields.

    `greeting` is "" where none came in the time that we give, and `greeting_s` then how long that
    was. Where the end of the diagnosis came first, nothing is known.
    """
    began_s = watch.elapsed_s
    seconds: list[float] = []
    stream.on_first_byte = lambda: seconds.append(watch.elapsed_s)
    until = deadline.within(_PATIENCE_S.get(service, _MAIL_PATIENCE_S))
    stream.deadline = until
    try:
        text = _first_line(stream, lines, is_ssh=service == "ssh")
    except Silence:
        waited_s = watch.elapsed_s - began_s
        if until.at == deadline.at and waited_s < _ENOUGH_S:
            detail = "the time of the diagnosis was over before a greeting"
            return {"failure": Failure.VANTAGE_NO_TIME, "failure_detail": detail}
        return {"greeting": "", "greeting_s": round(waited_s, 3)}
    except BrokenError as error:
        return {"failure": error.failure, "failure_detail": escape_hidden(error.detail)}
    finally:
        stream.deadline = deadline
    return {"greeting": text, "greeting_s": round(seconds[0] - began_s, 3) if seconds else 0.0}


def _first_line(stream: Stream, lines: LineReader, *, is_ssh: bool) -> str:
    """Return the first line; of SSH its own, which others may stand before (RFC 4253, 4.2)."""
    first = lines.read()
    line, count = first, 1
    try:
        while is_ssh and not line.startswith(b"SSH-") and count < _MAX_LINES:
            stream.deadline = stream.deadline.within(_MORE_LINES_S)
            line, count = lines.read(), count + 1
    except (BrokenError, Silence):
        line = first
    chosen = line if line.startswith(b"SSH-") else first
    return line_text(chosen)


def line_text(line: bytes) -> str:
    """Write a line of a stranger's as harmless text."""
    return escape_hidden(line.decode("utf-8", "replace").strip(), _MAX_TEXT)
