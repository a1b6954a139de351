"""The contents of a returned letter: its reporter, its recipients, its codes, and its cause."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

SmtpCommand = Literal["CONN", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"]
Outcome = Literal[
    "failed", "delayed", "delivered", "auto-reply", "complaint", "receipt", "not-a-notice"
]


class RecipientReading(BaseModel):
    """
    The outcome of the letter for one recipient.

    `smtp_code` and `status` are the refusing server's (RFC 5321, 4.2; RFC 3463), `response` its
    words on one line. `remote_host` is the server that refused, `command` what it refused. "" or
    None: the notice doesn't say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipient: str
    outcome: Outcome
    cause: str
    smtp_code: int | None = None
    status: str | None = None
    command: SmtpCommand | None = None
    remote_host: str = ""
    response: str = ""


class LetterReading(BaseModel):
    """
    The reading of a letter.

    `reporter` is the host that wrote the notice, `program` its mail program if known. `outcome`,
    `cause` and the codes are those of the recipient that matters most: the first that failed for a
    known cause. `sender` and `message_id` are those of the letter that came back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Outcome
    cause: str
    reporter: str = ""
    program: str = ""
    sender: str = ""
    message_id: str = ""
    recipients: tuple[RecipientReading, ...] = ()

    @property
    def main_recipient(self) -> RecipientReading | None:
        """The recipient whose cause is the letter's; None without recipients."""
        return next(
            (entry for entry in self.recipients if entry.cause == self.cause),
            self.recipients[0] if self.recipients else None,
        )

    @property
    def is_notice(self) -> bool:
        """Whether it reports that a letter was refused or is late."""
        return self.outcome in ("failed", "delayed")
