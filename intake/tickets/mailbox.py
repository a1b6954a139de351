"""Which mailbox an address leads to, as mail servers read it and not as it looks."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def mailbox_of(address: str | None) -> str:
    """
    The mailbox of an address in ASCII and small letters; empty where we can mail to none.

    Two addresses that Unicode folds into one may be two people's: `straße.example` and
    `strasse.example` are two domains (RFC 5892), and only one of them reads our mail.
    """
    try:
        checked = validate_email(address or "", check_deliverability=False)
    except EmailNotValidError:
        return ""
    return (checked.ascii_email or "").lower()
