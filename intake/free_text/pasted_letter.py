"""A returned letter that stands in a text, and what the customer says beside it."""

from __future__ import annotations

import re
from typing import Final

import diagnostics
from diagnostics import LetterReading

# What mail servers write, and no customer.
_OF_A_SERVER: Final = re.compile(
    r"\b[245]\d\d[ #-]{1,3}[245]\.\d{1,3}\.\d{1,3}|\b[45]\.\d{1,3}\.\d{1,3}\b"
    r"|<[^<>\s]{1,250}@[^<>\s]{1,250}>"
    r"|\b(?:said:|mailer-daemon|postmaster|undeliver\w*|delivery (?:status|has failed|to the)"
    r"|mail system|returned to sender|remote server|permanent error|qmail"
    r"|(?:could not|couldn't) be delivered|attempt\w*|retry"
    r"|не доставлено|не может быть доставлено|не было доставлено|недоставлен\w*)",
    re.IGNORECASE,
)
# The head of a letter, and the seam between its parts.
_OF_A_HEAD: Final = re.compile(r"[ \t>]*(?:[a-z][a-z-]{1,30}: |--)", re.IGNORECASE)
_BETWEEN_PIECES: Final = re.compile(r"(?<=[.!?…])[ \t]|\n")
_MOST_PIECES: Final = 60  # nobody tells more in own words beside a letter


def letter_in(text: str) -> LetterReading | None:
    """The returned letter that was pasted: one with a mail server's code, not words about one."""
    letter = diagnostics.read_letter(text)
    main_recipient = letter.main_recipient
    if letter.outcome == "not-a-notice" or main_recipient is None:
        return None
    # "Error 500" with a mailbox in the signature is a site's; a mail server gives its status too.
    has_code = bool(
        main_recipient.status or (main_recipient.smtp_code and _OF_A_SERVER.search(text))
    )
    return letter if has_code and (main_recipient.recipient or letter.reporter) else None


def words_around_letter(text: str) -> str:
    """
    What the customer says before a pasted letter, or about the few words that were quoted of one.

    Empty where the text begins with the letter: its dates and hosts are no answers.
    """
    pieces = _BETWEEN_PIECES.split(text, maxsplit=_MOST_PIECES)
    marks = [bool(_OF_A_SERVER.search(piece) or _OF_A_HEAD.match(piece)) for piece in pieces]
    # Of one code told within a sentence all is the customer's; a letter has many such lines.
    if sum(marks) <= 1:
        return text
    return " ".join(pieces[: marks.index(True)])
