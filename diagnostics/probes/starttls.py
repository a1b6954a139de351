"""Start TLS on a port that begins without it: SMTP, IMAP and POP3."""

from __future__ import annotations

from contextlib import suppress

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline
from diagnostics.net.line_reader import LineReader
from diagnostics.net.smtp_client import SmtpClient, finish_greeting
from diagnostics.net.tls_stream import Stream

REPLY_S = 6.0
_MAX_LINES = 20


def request_tls(
    stream: Stream,
    lines: LineReader,
    deadline: Deadline,
    *,
    service: str,
    client_name: str,
) -> bool:
    """
    Ask a server that has greeted to start TLS; False if it doesn't offer it or doesn't answer.

    SMTP: RFC 3207; IMAP: RFC 9051, section 6.2.1; POP3: RFC 2595, section 4.
    """
    with suppress(BrokenError, Silence):
        if service in {"smtp", "submission"}:
            client = SmtpClient(stream, lines, deadline, reply_s=REPLY_S)
            offers = client.greet(client_name)
            names = {line.partition(" ")[0].upper() for line in offers.lines}
            return "STARTTLS" in names and client.command("STARTTLS").is_positive
        stream.deadline = deadline.within(REPLY_S)
        if service == "imap":
            stream.send(b"a1 STARTTLS\r\n")
            return _tagged_line(lines).upper().startswith(b"A1 OK")
        stream.send(b"STLS\r\n")
        return lines.read().upper().startswith(b"+OK")
    return False


def reach_tls(stream: Stream, deadline: Deadline, *, service: str, client_name: str) -> Stream:
    """
    Read the greeting and start TLS again on a new connection, for a second handshake.

    Raises:
        BrokenError: the server doesn't offer TLS this time.

    """
    lines = LineReader(stream)
    stream.deadline = deadline
    with suppress(Silence):
        finish_greeting(lines, lines.read().decode("ascii", "replace"))
        if request_tls(stream, lines, deadline, service=service, client_name=client_name):
            return stream
    stream.hang_up()
    raise BrokenError(Failure.VANTAGE_NO_TIME, "no second handshake")


def _tagged_line(lines: LineReader) -> bytes:
    """Return the reply to our command; others may precede it (RFC 9051, section 2.2.2)."""
    for _ in range(_MAX_LINES):
        line = lines.read()
        if not line.startswith(b"*"):
            return line
    return b""
