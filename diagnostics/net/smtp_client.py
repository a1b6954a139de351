"""
The client's side of SMTP (RFC 5321): commands, replies of many lines, STARTTLS (RFC 3207).

It never sends DATA, so no letter can come of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError
from diagnostics.net.deadline import Deadline
from diagnostics.net.line_reader import LineReader
from diagnostics.net.tls_stream import Stream

_MAX_LINES = 64
_LINE = re.compile(rb"([2-5]\d\d)([ -]|$)(.*)", re.DOTALL)


@dataclass(frozen=True)
class ReplyLines:
    """A reply: its code, and the texts of its lines (RFC 5321, section 4.2)."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_positive(self) -> bool:
        """Whether the command was done, or the server asks for more."""
        return self.code < 400  # noqa: PLR2004 - RFC 5321, section 4.2.1


class SmtpClient:
    """An SMTP session on one stream; each reply must come within `reply_s`."""

    def __init__(
        self, stream: Stream, lines: LineReader, deadline: Deadline, *, reply_s: float
    ) -> None:
        self.stream = stream
        self._lines = lines
        self._deadline, self._reply_s = deadline, reply_s

    def read_reply(self) -> ReplyLines:
        """
        Read a reply to its last line.

        Raises:
            BrokenError: the connection ended, or what came is no SMTP reply.
            Silence: nothing came in time.
        """
        self.stream.deadline = self._deadline.within(self._reply_s)
        texts: list[str] = []
        for _ in range(_MAX_LINES):
            match = _LINE.fullmatch(self._lines.read())
            if match is None:
                break
            texts.append(match[3].decode("utf-8", "replace").strip())
            if match[2] != b"-":
                return ReplyLines(int(match[1]), tuple(texts))
        raise BrokenError(Failure.UNKNOWN, "no reply of SMTP")

    def command(self, text: str) -> ReplyLines:
        """
        Send one command and read its reply.

        Raises:
            BrokenError: the connection ended, or what came is no SMTP reply.
            Silence: nothing came in time.
        """
        self.stream.deadline = self._deadline.within(self._reply_s)
        self.stream.send(text.encode("ascii", "replace") + b"\r\n")
        return self.read_reply()

    def greet(self, name: str, verb: Literal["EHLO", "HELO"] = "EHLO") -> ReplyLines:
        """Send EHLO with our name; without one with our address (RFC 5321, section 4.1.3)."""
        return self.command(f"{verb} {name or self._address_literal()}")

    def _address_literal(self) -> str:
        address = self.stream.local_address
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def has_more_lines(line: str) -> bool:
    """Check whether a line of a reply announces another (RFC 5321, section 4.2.1)."""
    return re.match(r"\d{3}-", line) is not None


def finish_greeting(lines: LineReader, greeting: str) -> None:
    """Read the remaining lines of a greeting."""
    while has_more_lines(greeting):
        greeting = lines.read()[:4].decode("ascii", "replace")
