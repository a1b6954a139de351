"""An SMTP server on loopback that refuses, stalls or drops connections on demand."""

# ruff: noqa: ARG002 - aiosmtpd passes these to every handler

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class FakeSmtp:
    """
    A server that runs between `up()` and `down()`, always on the same port.

    `at_mail`, `at_rcpt` and `at_data` return the answer to the command; None means "250 OK".
    `drop_before_answer` is the number of letters that it takes, dropping the connection instead of
    answering. `drop_after_answer` drops it at QUIT. `stall_before_answer` delays the answer to the
    next letter, in seconds. `on_taken` is called when a letter has arrived, before the answer.
    """

    port: int = field(default_factory=free_port)
    size_limit: int = 33_554_432
    at_mail: Callable[[], str | None] = lambda: None
    at_rcpt: Callable[[], str | None] = lambda: None
    at_data: Callable[[], str | None] = lambda: None
    drop_before_answer: int = 0
    drop_after_answer: bool = False
    stall_before_answer: float = 0.0
    on_taken: Callable[[], None] = lambda: None
    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)
    _controller: Controller | None = None
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def up(self) -> None:
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            data_size_limit=self.size_limit,
            server_hostname="fake",
        )
        self._controller.start()

    def down(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def mails(self) -> list[EmailMessage]:
        """Parse the letters. Not a property: aiosmtpd reads a handler's at each connection."""
        default = policy.default
        parsed: list[Any] = [message_from_bytes(letter, policy=default) for letter in self.letters]
        return parsed

    def wait_for(self, holds: Callable[[list[EmailMessage]], bool]) -> None:
        """Wait up to 120 s until the letters meet a condition; fails with their subjects."""
        with self._arrived:
            arrived = self._arrived.wait_for(lambda: holds(self.mails()), timeout=120)
        assert arrived, [mail["Subject"] for mail in self.mails()]

    def wait_for_count(self, count: int) -> None:
        """Wait up to 600 s for a number of letters; doesn't parse them, for there may be many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.letters) >= count, timeout=600)

    # aiosmtpd's hooks

    async def handle_MAIL(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands["MAIL"] += 1
        answer = self.at_mail()
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.commands["RCPT"] += 1
        answer = self.at_rcpt()
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.commands["DATA"] += 1
        answer = self.at_data()
        if answer is not None:
            return answer
        content = envelope.original_content
        with self._arrived:
            self.letters.append(content if isinstance(content, bytes) else b"")
            self._arrived.notify_all()
        self.recipients.extend(envelope.rcpt_tos)
        self.senders.append(envelope.mail_from or "")
        self.on_taken()
        stall_s, self.stall_before_answer = self.stall_before_answer, 0.0
        if stall_s:
            await asyncio.sleep(stall_s)
        if self.drop_before_answer > 0:
            self.drop_before_answer -= 1
            server.transport.abort()
        return "250 OK, it is mine now"

    async def handle_QUIT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.drop_after_answer:
            server.transport.abort()
        return "221 Bye"
