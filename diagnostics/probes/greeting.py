"""
Read the greeting of a service that speaks first, and measure how long it took.

OpenSSH 9.8 and later penalise a connection that never logs in (PerSourcePenalties, `noauth`) with
one second, which is forgotten a second later and enforced only from fifteen on. Sending a version
line makes no difference, and each address is connected to once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.line_reader import LineReader
from diagnostics.net.tls_stream import Stream
from diagnostics.probes.mysql_greeting import read_mysql_greeting
from diagnostics.service_banners import DATABASES
from diagnostics.texts import escape_hidden

# Servers that first look up the visitor's name or ident (RFC 1413) greet after ten seconds or more;
# senders of mail wait for five minutes (RFC 5321, section 4.5.3.2.1).
_PATIENCE_S: Mapping[str, float] = {"ssh": 11.0, "ftp": 11.0}
_MAIL_PATIENCE_S = 13.0
_ENOUGH_S = 8.0  # after so much silence, it is reported even if the diagnosis's time is over
_MORE_LINES_S = 1.0
_MAX_LINES = 1024  # as many as the client of OpenSSH reads
_MAX_TEXT = 200


def read_greeting(
    stream: Stream, lines: LineReader, deadline: Deadline, *, service: str, watch: Stopwatch
) -> dict[str, Any]:
    """
    Wait for a greeting, and return it as an observation's fields.

    `greeting` is "" if none came in time; `greeting_s` is then how long we waited. If the time of
    the diagnosis was over first, the result is a failure of ours.
    """
    began_s = watch.elapsed_s
    seconds: list[float] = []
    stream.on_first_byte = lambda: seconds.append(watch.elapsed_s)
    until = deadline.within(_PATIENCE_S.get(service, _MAIL_PATIENCE_S))
    stream.deadline = until
    try:
        if service in DATABASES:
            text = line_text(read_mysql_greeting(lines))
        else:
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
    """Return the first line; for SSH its version line, which others may precede (RFC 4253, 4.2)."""
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
    """Decode a line of an untrusted server, with unsafe characters escaped."""
    return escape_hidden(line.decode("utf-8", "replace").strip(), _MAX_TEXT)
