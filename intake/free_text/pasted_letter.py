"""Finds a returned letter in a text, and the customer's words before it."""

from __future__ import annotations

import re
from typing import Final

import diagnostics
from diagnostics import LetterReading

# Phrases of mail servers that customers don't write.
_OF_A_SERVER: Final = re.compile(
    r"\b[245]\d\d[ #-]{1,3}[245]\.\d{1,3}\.\d{1,3}|\b[45]\.\d{1,3}\.\d{1,3}\b"
    r"|<[^<>\s]{1,250}@[^<>\s]{1,250}>"
    r"|\b(?:said:|mailer-daemon|postmaster|undeliver\w*|delivery (?:status|has failed|to the)"
    r"|mail system|returned to sender|remote server|permanent error|qmail"
    r"|(?:could not|couldn't) be delivered|attempt\w*|retry"
    r"|не доставлено|не может быть доставлено|не было доставлено|недоставлен\w*)",
    re.IGNORECASE,
)
# Sentences of a notice that has no code: Exim's, Postfix's and panels' own words.
_OF_A_NOTICE: Final = re.compile(
    r"\bthis is a permanent error|\bfollowing address(?:es|\(es\))? failed|\bproblem delivering"
    r"|\bdelivery (?:has )?failed (?:to|for)|\bmessage (?:was )?not delivered|\bqmail-send\b"
    r"|\bthis is the mail system at|\b(?:reporting|remote)-mta:|\bfinal-recipient:"
    r"|\bloops back to myself|\bmax emails per hour"
    r"|<[^<>\s]{1,250}@[^<>\s]{1,250}>: ?(?:host|connect to|mail for|unable to|name service)",
    re.IGNORECASE,
)
# Header lines of a letter, and boundaries between its parts.
_OF_A_HEAD: Final = re.compile(r"[ \t>]*(?:[a-z][a-z-]{1,30}: |--)", re.IGNORECASE)
_BETWEEN_PIECES: Final = re.compile(r"(?<=[.!?…])[ \t]|\n")
_MOST_PIECES: Final = 60  # customers write no more beside a letter


def letter_in(text: str) -> LetterReading | None:
    """Return the pasted returned letter, or None.

    It must have a mail server's code, or a sentence that only mail servers write.
    """
    letter = diagnostics.read_letter(text)
    main_recipient = letter.main_recipient
    if letter.outcome == "not-a-notice" or main_recipient is None:
        return None
    # "Error 500" with a mailbox in the signature is about a site; a mail server gives a status too.
    has_code = bool(
        main_recipient.status or (main_recipient.smtp_code and _OF_A_SERVER.search(text))
    )
    is_notice = letter.cause != "unknown" and _OF_A_NOTICE.search(text) is not None
    return (
        letter
        if (has_code or is_notice) and (main_recipient.recipient or letter.reporter)
        else None
    )


def words_around_letter(text: str) -> str:
    """
    Return the customer's words before a pasted letter, or with a few quoted words of one.

    Empty if the text begins with the letter: its dates and hosts are no answers.
    """
    pieces = _BETWEEN_PIECES.split(text, maxsplit=_MOST_PIECES)
    marks = [bool(_OF_A_SERVER.search(piece) or _OF_A_HEAD.match(piece)) for piece in pieces]
    # A single code within a sentence is the customer's own text; a letter has many such lines.
    if sum(marks) <= 1:
        return text
    return " ".join(pieces[: marks.index(True)])
