"""Compare e-mail addresses as mail servers read them."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


def mailbox_of(address: str | None) -> str:
    """
    Return the mailbox of an address in lower-case ASCII; "" if no mail can be sent to it.

    Two addresses that Unicode folds into one may be two people's: `straße.example` and
    `strasse.example` are two domains (RFC 5892), and only one of them reads our mail.
    """
    try:
        validated = validate_email(address or "", check_deliverability=False)
    except EmailNotValidError:
        return ""
    return (validated.ascii_email or "").lower()
