"""A returned letter that stands in a text, and what the customer says beside it."""

from __future__ import annotations

import re
from typing import Final

import diagnostics
from diagnostics import LetterReading

# Lines and sentences that mail servers write, and no customer.
_OF_A_SERVER: Final = re.compile(
    r"^[ \t>]*(?:[a-z][a-z-]{1,30}: |--)"  # the head of a letter, and the seam between its parts
    r"|\b[245]\d\d[ -#]{1,3}[245]\.\d{1,3}\.\d{1,3}|\b[45]\.\d{1,3}\.\d{1,3}\b|<[^<>\s]{1,250}@[^<>\s]{1,250}>"
    r"|\b(?:said:|mailer-daemon|postmaster|undeliver\w*|delivery (?:status|has failed|to the)|mail system"
    r"|returned to sender|remote server|permanent error|qmail|could not be delivered|couldn't be delivered"
    r"|не доставлено|не может быть доставлено|не было доставлено|недоставлен\w*|attempt\w*|retry)",
    re.IGNORECASE | re.MULTILINE,
)
_PIECE: Final = re.compile(r"[^\n]+?(?:[.!?…]+(?=\s)|$)", re.MULTILINE)
_MOST_PIECES: Final = 60  # nobody tells more in own words beside a letter


def letter_in(text: str) -> LetterReading | None:
    """The returned letter that was pasted: one with a mail server's code, not words about one."""
    letter = diagnostics.read_letter(text)
    leading = letter.leading
    if letter.outcome == "not-a-notice" or leading is None:
        return None
    # "Error 500" with a mailbox in the signature is a site's; a mail server gives its status too.
    has_code = bool(leading.status or (leading.smtp_code and _OF_A_SERVER.search(text)))
    return letter if has_code and (leading.recipient or letter.reporter) else None


def words_beside_letter(text: str) -> str:
    """
    What the customer says before a pasted letter, or about the few words that were quoted of one.

    Empty where the text begins with the letter: its dates and hosts are no answers.
    """
    pieces = [match[0] for match in _PIECE.finditer(text)][:_MOST_PIECES]
    marks = [bool(_OF_A_SERVER.search(piece)) for piece in pieces]
    # Of one code told within a sentence all is the customer's; a letter has many such lines.
    if sum(marks) <= 1:
        return text
    return " ".join(pieces[: marks.index(True)])
