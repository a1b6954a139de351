"""Reads answers from a customer's own text, to be confirmed instead of asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

import diagnostics
from diagnostics import LetterReading, read_target
from intake.free_text.addresses import (
    FoundAddress,
    addresses_in,
    is_at_mail_service,
    mailboxes_in,
)
from intake.free_text.changes import change_in
from intake.free_text.error_codes import error_code_in
from intake.free_text.matter import own_words_of
from intake.free_text.pasted_letter import letter_in, words_around_letter
from intake.free_text.times import time_in
from intake.journey.kinds import ReadTarget

MAX_TEXT: Final = 20_000  # characters, the limit of an answer
_HTTP_DIGITS: Final = 3
_TELEPHONE: Final = re.compile(
    r"\+?\(?\d[\d() -]{5,18}\d"
)  # an area code may look like an HTTP status
# These hosts have no site: the domain behind them is meant.
_OF_MAIL_ONLY: Final = re.compile(
    r"^(?:smtp|imap|pop3?|autodiscover)\.(?=[\w-]+\.)(?!\S*://)", re.IGNORECASE
)
_MAIL_STATUS: Final = re.compile(r"[ -][245]\.\d{1,3}\.\d{1,3}$")  # RFC 3463
_MAIL_WORDS: Final = re.compile(
    r"\b(?:e-?mails?|mails?|mailbox|letters?|inbox|smtp|imap|почт\w*|пись\w*|писем|ящик\w*|мыло|мейл\w*|имейл\w*|спам\w*|spam|bounce\w*|outlook|аутлук\w*|gmail|webmail|roundcube|вебмейл\w*"
    r"|(?:send|sending|sent) (?:from|to)|отправ\w+ (?:с|на))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TextReading:
    """
    What could be read from a text; nothing of it is certain until confirmed.

    `symptom` is one of `diagnostics.SYMPTOMS`; `since` an answer of the kind moment; `change` the
    kind of a change, `change_words` the words about it. `letter` is set if the text contains a
    returned letter.
    """

    addresses: tuple[FoundAddress, ...] = ()
    mailboxes: tuple[str, ...] = ()
    since: Mapping[str, JsonValue] | None = None
    code: str | None = None
    symptom: str = ""
    change: str | None = None
    change_words: str = ""
    letter: LetterReading | None = None

    @property
    def target(self) -> str | None:
        """The likeliest site or server, as the customer wrote it, or None."""
        return self.addresses[0].written if self.addresses else None

    @property
    def server(self) -> str | None:
        """The target for a question about a server: an IP address before any name."""
        numbers = (
            address.written
            for address in self.addresses
            if address.is_number and address.points >= 0
        )
        return next(numbers, self.target)

    @property
    def mailbox(self) -> str | None:
        """The customer's own mailbox, preferably not at a public mail service, or None."""
        return self.mailboxes[0] if self.mailboxes else None


def read_free_text(
    text: str, *, now: datetime, zone: str = "UTC", read: ReadTarget = read_target
) -> TextReading:
    """
    Read a text of up to `MAX_TEXT` characters; the rest is ignored.

    `now` and `zone` are when and where it was written. `read` parses addresses; pass one that knows
    the operator's networks.
    """
    text = text[:MAX_TEXT]
    own = own_words_of(text)
    letter = letter_in(text)
    # Hosts, dates and changes in the letter's lines are the mail server's, not the customer's.
    around_letter = own if letter is None else words_around_letter(text)
    addresses = addresses_in(own, read) if letter is None else ()
    mailboxes = mailboxes_in(text)
    change = change_in(around_letter)
    code = error_code_in(own) or error_code_in(text)
    return TextReading(
        addresses=addresses,
        mailboxes=_own_first(mailboxes, letter),
        since=time_in(around_letter, now=now, zone=zone),
        code=code,
        symptom=_symptom_in(own, code) if letter is None else "",
        change=change[0] if change else None,
        change_words=change[1] if change else "",
        letter=letter,
    )


def target_of(reading: TextReading, text: str) -> str | None:
    """Return the target, or the domain of the customer's mailbox if the text is about mail."""
    if reading.target is not None:
        return _OF_MAIL_ONLY.sub("", reading.target)
    box = reading.mailbox
    if box is None or is_at_mail_service(box):
        return None
    is_mail_code = bool(reading.code and _MAIL_STATUS.search(reading.code))
    if not is_mail_code and not _MAIL_WORDS.search(text[:MAX_TEXT]):
        return None
    return box.rpartition("@")[2]


def _own_first(mailboxes: tuple[str, ...], letter: LetterReading | None) -> tuple[str, ...]:
    """Return the mailboxes, the letter's sender before its recipients."""
    if letter is None:
        return mailboxes
    recipients = {recipient.recipient.lower() for recipient in letter.recipients}
    sender = letter.sender.lower()
    listed = (*((sender,) if "@" in sender else ()), *mailboxes)
    # The customer's mailbox is likely on their own domain, and isn't a recipient of the letter.
    order = sorted(listed, key=lambda box: (is_at_mail_service(box), box in recipients))
    return tuple(dict.fromkeys(order))


def _symptom_in(text: str, code: str | None) -> str:
    symptom = diagnostics.browser_symptom(_TELEPHONE.sub(" ", text))
    # A code of a mail server or a database isn't a browser's symptom.
    if code is not None and (" " in code or (len(code) > _HTTP_DIGITS and code.isdigit())):
        return ""
    # A spoken code, or one of several: "499/502".
    if symptom in {"", "other-error"} and f"error-{code}" in diagnostics.SYMPTOMS:
        return f"error-{code}"
    status = symptom.removeprefix("error-")
    # A number that isn't a code, as in "500 roubles".
    return "" if status.isdigit() and code is None and status in text else symptom
