"""
The desk that everybody has: an e-mail address.

A mailbox can't be searched, so a repeat is recognised only by its Message-ID. If the connection
drops between our last byte and the server's answer, one repeat is possible: docs/decisions/0010.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Literal

from diagnostics.texts import Language
from intake.delivery.desk import Capabilities, Receipt, Refused, Unavailable
from intake.delivery.desk_mapping import DeskMapping
from intake.delivery.desk_ticket import DeskMessage, DeskTicket
from intake.delivery.desks.api_desk import OneWayDesk
from intake.delivery.desks.letter import (
    Envelope,
    HeaderMismatch,
    message_id,
    write_letter,
    write_update,
)
from intake.delivery.desks.smtp_faults import reason_words, smtp_fault
from intake.delivery.desks.smtp_url import read_smtp_url
from intake.delivery.return_path import return_path
from intake.tickets.stored_file import StoredFile

MAX_LETTER_BYTES = 25_000_000  # what most servers take; the server's own SIZE may be less
# QUIT is a courtesy: after the answer to DATA we don't wait longer for the server.
_QUIT_TIMEOUT_S = 2.0
_PERMANENT = 500
_TOO_LARGE = 552  # RFC 1870, section 6.1; 5.3.4 in RFC 3463
_WHOLE_DESK_CODES = frozenset({421})  # "service not available, closing" (RFC 5321, 4.2.2)
_LOGIN_CODES = frozenset({530, 534, 535, 538})  # RFC 4954, section 6
# What servers write when they reject our address and not this letter.
_SENDER_BLOCKED = re.compile(
    r"\b(?:relay(?:ing)?|block(?:ed|ing)?[ -]?list|blacklist|black list|listed (?:at|by|in|on)"
    r"|spamhaus|spamcop|barracuda|dnsbl|rbl|poor reputation|authentication required"
    r"|not authenticated|not permitted to send|client host)\b",
    re.IGNORECASE,
)


class EmailDesk(OneWayDesk):
    """
    Sends tickets by SMTP.

    `url` is smtp://, smtps:// or smtp+starttls://, with user and password if the server wants them.
    `sender` is our own address, in From and, unless `bounces_to` names another mailbox, in the
    envelope. `language` is staff's, or None for the ticket's. `timeout_s` covers each of the
    dialogue's steps.

    Raises:
        ValueError: `url` has another scheme, or no host.
    """

    def __init__(  # noqa: PLR0913  a desk's settings
        self,
        url: str,
        *,
        to: str,
        sender: str,
        base_url: str | None = None,
        language: str | None = None,
        name: str = "email",
        mapping: DeskMapping | None = None,
        brand: str = "",
        bounces_to: str = "",
        headers_of: Literal["", "znuny", "zammad"] = "",
        timeout_s: float = 20.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        mapping = mapping or DeskMapping(base_url=base_url or "", language=language)
        super().__init__(name, mapping, Capabilities(finds=False, repeat="joined"))
        self._server = read_smtp_url(url)
        self._envelope = Envelope(sender, to, mapping, brand, headers_of)
        self._bounces_to = bounces_to
        self._timeout_s = timeout_s
        self._context = context

    def create(self, ticket: DeskTicket) -> Receipt:
        """
        Mail the ticket; without the files if they are too large for the server.

        Raises:
            Refused: the server won't take this letter, ever.
            Unavailable: it doesn't answer, or says "later".
        """
        without_files = self._send_with_files(
            lambda files: write_letter(ticket, files, self._envelope), ticket.files, ticket.key
        )
        remote_id = message_id(ticket.key, self._envelope.sender)
        return Receipt(remote_id, without_files=without_files)

    def append(self, remote_id: str, message: DeskMessage) -> None:
        """
        Mail an addition to the ticket, as a reply to its first letter.

        Raises:
            Refused: the server won't take this letter, ever.
            Unavailable: it doesn't answer, or says "later".
        """
        self._send_with_files(
            lambda files: write_update(message, files, self._envelope, in_reply_to=remote_id),
            message.files,
            message.key,
        )

    def _send_with_files(
        self,
        write: Callable[[Sequence[StoredFile]], bytes],
        attachments: Sequence[StoredFile],
        key: str,
    ) -> bool:
        """Send a letter, without its files if too large; return whether they were left out."""
        with self._connection() as server:
            files = attachments
            letter = _build_letter(write, files)
            # The server's own limit, from its EHLO, saves sending 25 MB to hear that they are too
            # many.
            if files and len(letter) > _max_letter_bytes(server):
                files, letter = (), _build_letter(write, ())
            try:
                self._hand_over(server, letter, key)
            except _TooLarge as error:
                if not files:
                    raise Refused(self._describe(error)) from error
                files, letter = (), _build_letter(write, ())
                # The refused letter may have left a sender or a recipient behind (RFC 5321, section
                # 4.1.1.5).
                server.rset()
                self._hand_over(server, letter, key)
        return len(files) < len(attachments)

    def mail(self, letter: bytes, to: str, key: str = "") -> None:
        """
        Mail a finished letter to somebody other than the desk; bounces are recognised by its `key`.

        Raises:
            Refused: the server won't take it, ever.
            Unavailable: it doesn't answer, or says "later".
        """
        with self._connection() as server:
            try:
                self._hand_over(server, letter, key, to)
            except _TooLarge as error:
                raise Refused(self._describe(error)) from error

    def try_connection(self) -> None:
        """
        Greet, encrypt, log in and quit; no letter is sent.

        Raises:
            Unavailable: the server doesn't let us in.
        """
        with self._connection():
            pass

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """Open a connection, greeted, encrypted and logged in; a failure concerns every letter."""
        try:
            server = self._open()
        except (smtplib.SMTPException, OSError) as error:
            raise self._connection_failure(error) from error
        try:
            yield server
        except smtplib.SMTPServerDisconnected as error:
            # This letter may be the reason; a server that is down fails the next connection.
            raise Unavailable(self._describe("closed the connection")) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(self._describe(error)) from error
        finally:
            # After the answer to DATA the server has the letter, however the connection ends.
            with suppress(smtplib.SMTPException, OSError):
                if server.sock is not None:
                    server.sock.settimeout(_QUIT_TIMEOUT_S)
                server.quit()
            server.close()

    def _connection_failure(self, error: Exception) -> Unavailable:
        fault = smtp_fault(error, self._server)
        return Unavailable(
            self._describe(fault.en if fault else error),
            russian=self._describe(fault.ru, "ru") if fault else "",
            whole_desk=True,
            needs_operator=isinstance(error, smtplib.SMTPAuthenticationError),
        )

    def _open(self) -> smtplib.SMTP:
        address = self._server
        server: smtplib.SMTP
        if address.scheme == "smtps":
            server = smtplib.SMTP_SSL(
                address.host, address.port, timeout=self._timeout_s, context=self._tls()
            )
        else:
            server = smtplib.SMTP(address.host, address.port, timeout=self._timeout_s)
        try:
            if server.sock is not None:  # commands are short, and each waits for its answer
                server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.ehlo_or_helo_if_needed()
            if address.scheme == "smtp+starttls":
                server.starttls(context=self._tls())
                # What the server said before TLS doesn't count (RFC 3207, section 4.2): SIZE and
                # AUTH are asked anew.
                server.ehlo()
            if address.user is not None:
                server.login(address.user, address.password)
        except BaseException:
            # smtplib leaves its socket open when EHLO, STARTTLS or the login fails.
            server.close()
            raise
        return server

    def _tls(self) -> ssl.SSLContext:
        """Return the TLS context that verifies certificates; loading the roots is slow."""
        if self._context is None:
            self._context = ssl.create_default_context()
        return self._context

    def _hand_over(self, server: smtplib.SMTP, letter: bytes, key: str, to: str = "") -> None:
        """Send MAIL, RCPT and DATA (RFC 5321, section 3.3), checking each reply."""
        # Step by step: `sendmail` raises SMTPRecipientsRefused for "later" (4yz) and "never" (5yz)
        # alike.
        options = [f"SIZE={len(letter)}"] if server.has_extn("size") else []
        self._check_reply(*server.mail(self._return_path(key), options), is_about_us=True)
        self._check_reply(*server.rcpt(to or self._envelope.to), is_about_us=not to)
        try:
            code, answer = server.data(letter)
        except smtplib.SMTPDataError as error:
            # The answer to DATA, before the letter: anything but 354.
            self._check_reply(error.smtp_code, error.smtp_error)
            raise
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # smtplib doesn't say how far it came, so a line lost before the letter is uncertain as
            # well.
            why = "the line was lost before the server said whether it has the letter"
            raise Unavailable(self._describe(why), is_uncertain=True) from error
        self._check_reply(code, answer)

    def _return_path(self, key: str) -> str:
        """Return the address to which this letter bounces: its own, if bounces have a mailbox."""
        return return_path(self._bounces_to, key) if self._bounces_to else self._envelope.sender

    def _check_reply(self, code: int, reply: bytes | str, *, is_about_us: bool = False) -> None:
        """
        Raise unless a reply is 2yz; 4yz means later, 5yz means never (RFC 5321, section 4.2.1).

        `is_about_us`: the command named only what is the same in every letter, our sender or the
        desk's mailbox, so a "never" is for the operator to fix and not this letter's fault.
        """
        if 200 <= code < 300:  # noqa: PLR2004  the range is its meaning
            return
        words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        answer = f"{code} {' '.join(words.split())}"[:300]
        if code == _TOO_LARGE or (code >= _PERMANENT and re.match(r"5\.3\.4\b", words)):
            raise _TooLarge(answer)
        why = self._describe(f"answered {answer}")
        if code >= _PERMANENT and (
            is_about_us or code in _LOGIN_CODES or _SENDER_BLOCKED.search(words)
        ):
            raise Unavailable(f"{why}. Ask who runs it", whole_desk=True, needs_operator=True)
        if code >= _PERMANENT:
            raise Refused(why)
        raise Unavailable(why, whole_desk=code in _WHOLE_DESK_CODES, is_answered=True)

    def _describe(self, why: object, language: Language = "en") -> str:
        desk = f"Система «{self._name}»" if language == "ru" else f"Desk '{self._name}'"
        return f"{desk}: {self._server.host}:{self._server.port} {reason_words(why)}"


def _build_letter(
    write: Callable[[Sequence[StoredFile]], bytes], files: Sequence[StoredFile]
) -> bytes:
    try:
        return write(files)
    except HeaderMismatch as mismatch:
        raise Refused(f"{mismatch}. It was not sent; read the ticket in Intake") from mismatch


class _TooLarge(Exception):  # noqa: N818  an answer, see Refused
    """The server takes no letter of this size."""


def _max_letter_bytes(server: smtplib.SMTP) -> int:
    """Return the largest size the server takes, if it names one (RFC 1870, section 4)."""
    named = server.esmtp_features.get("size", "").strip() if server.does_esmtp else ""
    # "SIZE 0" names no limit, and neither does "SIZE" alone.
    return min(MAX_LETTER_BYTES, int(named)) if named.isdigit() and int(named) else MAX_LETTER_BYTES
