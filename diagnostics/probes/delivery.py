"""
The delivery probe: an SMTP dialogue up to the recipient, without a letter.

EHLO (HELO if the server doesn't know EHLO), STARTTLS if it is offered, MAIL FROM:<>, RCPT
TO:<postmaster@domain>, RSET, QUIT. Every domain that accepts mail has a postmaster (RFC 5321,
section 4.5.1), and the empty sender of delivery notices must be accepted (section 4.5.5). DATA is
never sent.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from diagnostics.failures import Failure
from diagnostics.letters.smtp_reply import find_status
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.line_reader import LineReader
from diagnostics.net.smtp_client import ReplyLines, SmtpClient
from diagnostics.net.tls_stream import Connection, Stream
from diagnostics.observations import DeliveryObservation, SmtpStep, TcpObservation
from diagnostics.texts import escape_hidden

# For one reply. Senders wait for minutes (RFC 5321, section 4.5.3.2), so a timeout proves nothing.
REPLY_S = 6.0
_MAX_TEXT = 300
_MAX_EXTENSIONS = 40
_SOME_WORDS = 60
_UNKNOWN_COMMAND = {500, 502}  # RFC 5321, section 4.2.2

StartTls = Callable[[Connection], Connection]


def probe_delivery(  # noqa: PLR0913 - what a conversation needs
    contact: TcpObservation,
    stream: Stream,
    lines: LineReader,
    *,
    domain: str,
    client_name: str,
    start_tls: StartTls,
    deadline: Deadline,
) -> DeliveryObservation:
    """
    Hold the dialogue on a connection whose greeting was read, and reset it at the end.

    `start_tls` does a TLS handshake on a connection and returns it. If TLS fails, the dialogue
    ends; the handshake has an observation of its own.
    """
    watch = Stopwatch()
    conversation = _Conversation(
        SmtpClient(stream, lines, deadline, reply_s=REPLY_S), client_name, deadline
    )
    facts: dict[str, Any] = {}
    try:
        conversation.run(f"postmaster@{domain}", start_tls)
    except Silence:
        # The time limit is ours, so this proves nothing about the server.
        facts = {"failure": Failure.VANTAGE_NO_TIME, "failure_detail": "no reply in our time"}
    except BrokenError as error:
        facts = {"failure": error.failure, "failure_detail": escape_hidden(error.detail)}
    finally:
        conversation.client.stream.hang_up()
    return DeliveryObservation(
        id=f"delivery@{contact.address}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=contact.address,
        port=contact.port,
        host=contact.host,
        recipient=f"postmaster@{domain}",
        extensions=conversation.extensions,
        is_encrypted=conversation.is_encrypted,
        steps=tuple(conversation.steps),
        **facts,
    )


class _Conversation:
    """The SMTP dialogue, with its steps so far."""

    def __init__(self, client: SmtpClient, name: str, deadline: Deadline) -> None:
        self.client, self._name, self._deadline = client, name, deadline
        self.steps: list[SmtpStep] = []
        self.extensions: tuple[str, ...] = ()
        self.is_encrypted = False

    def run(self, recipient: str, start_tls: StartTls) -> None:
        """Send the commands until a refusal, then quit."""
        if not self._greet():
            return self._leave()
        if "STARTTLS" in self.extensions:
            if not self._take("STARTTLS", self.client.command("STARTTLS")):
                return self._leave()
            if not self._encrypt(start_tls):
                return None
        if self._take("MAIL", self.client.command("MAIL FROM:<>")):
            self._take("RCPT", self.client.command(f"RCPT TO:<{recipient}>"))
        return self._leave()

    def _greet(self) -> bool:
        """
        Send EHLO, or HELO if the server doesn't know EHLO (RFC 5321, section 3.2).

        Firewalls that inspect SMTP make servers look so.
        """
        reply = self.client.greet(self._name)
        if reply.code in _UNKNOWN_COMMAND:
            return self._take("HELO", self.client.greet(self._name, "HELO"))
        return self._take("EHLO", reply)

    def _encrypt(self, start_tls: StartTls) -> bool:
        stream = start_tls(Connection(self.client.stream)).stream
        if stream is None:
            return False
        self.client = SmtpClient(stream, LineReader(stream), self._deadline, reply_s=REPLY_S)
        self.is_encrypted = True
        # Everything before TLS must be discarded (RFC 3207, section 4.2).
        return self._take("EHLO", self.client.greet(self._name))

    def _take(self, command: str, reply: ReplyLines) -> bool:
        text = escape_hidden(" ".join(reply.lines), _MAX_TEXT)
        self.steps.append(
            SmtpStep(command=command, code=reply.code, status=find_status(text[:80]), text=text)
        )
        if command == "EHLO":
            names = (line.partition(" ")[0].upper() for line in reply.lines[1:])
            self.extensions = tuple(
                escape_hidden(name, _SOME_WORDS) for name in list(names)[:_MAX_EXTENSIONS]
            )
        return reply.is_positive

    def _leave(self) -> None:
        with suppress(BrokenError, Silence):
            if any(step.command == "MAIL" for step in self.steps):
                self.client.command("RSET")
            self.client.command("QUIT")
