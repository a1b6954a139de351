"""Ask a server at the port for sending whether it offers TLS, and a log-in (RFC 6409; RFC 4954)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline
from diagnostics.net.line_reader import LineReader
from diagnostics.net.smtp_client import ReplyLines, SmtpClient
from diagnostics.net.tls_stream import Stream
from diagnostics.probes.starttls import REPLY_S
from diagnostics.texts import escape_hidden


@dataclass(frozen=True)
class SubmissionOffer:
    """
    What a server offers before TLS.

    `has_login` is None if it didn't answer EHLO. `begins_tls`: TLS follows now on this connection.
    `tls_refusal` is the reply to STARTTLS if the server announces it and refuses; else "".
    """

    has_login: bool | None = None
    begins_tls: bool = False
    tls_refusal: str = ""


def ask_submission(
    stream: Stream, lines: LineReader, deadline: Deadline, *, client_name: str
) -> SubmissionOffer:
    """Ask a server that has greeted what it offers, and to start TLS if that is among it."""
    client = SmtpClient(stream, lines, deadline, reply_s=REPLY_S)
    offer = SubmissionOffer()
    with suppress(BrokenError, Silence):
        reply = client.greet(client_name)
        if not reply.is_positive:
            return offer
        offer = SubmissionOffer(has_login=_has_login(reply))
        if all(line.partition(" ")[0].upper() != "STARTTLS" for line in reply.lines):
            return offer
        answer = client.command("STARTTLS")
        if answer.is_positive:
            return SubmissionOffer(has_login=offer.has_login, begins_tls=True)
        refusal = escape_hidden(f"{answer.code} {' '.join(answer.lines)}")
        return SubmissionOffer(has_login=offer.has_login, tls_refusal=refusal)
    return offer


def offers_login(stream: Stream, deadline: Deadline, *, client_name: str) -> bool | None:
    """Ask once more within TLS (RFC 3207, section 4.2); None if the server doesn't answer."""
    with suppress(BrokenError, Silence):
        client = SmtpClient(stream, LineReader(stream), deadline, reply_s=REPLY_S)
        reply = client.greet(client_name)
        return _has_login(reply) if reply.is_positive else None
    return None


def _has_login(reply: ReplyLines) -> bool:
    """Check for AUTH, also with an equals sign, as old mail programs want it."""
    return any(line.upper().replace("=", " ").split(" ")[0] == "AUTH" for line in reply.lines)
