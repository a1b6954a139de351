"""The requester of a ticket at a desk, also if the customer left no address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from diagnostics.texts import one_line
from intake.delivery.desk_mapping import DeskMapping
from intake.tickets.ticket import Ticket

_NO_EMAIL = "no-email.invalid"  # RFC 2606, section 2: never a mailbox


@dataclass(frozen=True, slots=True)
class Requester:
    """
    The person that a ticket is from.

    `email` is never empty; `is_made_up` is True if the customer left none.
    """

    name: str
    email: str
    phone: str = ""
    account: str = ""
    is_made_up: bool = False


def requester_of(ticket: Ticket, mapping: DeskMapping) -> Requester:
    """Return the requester of a ticket, with a made-up address if the customer left none."""
    contact = ticket.contact
    name = one_line(contact.name or "", 100)
    phone, account = one_line(contact.phone or "", 40), one_line(contact.account or "", 100)
    if email := usable_address(contact.email):
        return Requester(name or email, email, phone, account)
    way = phone or one_line(contact.other or contact.email or "", 100)
    # The desk makes one person of one number: a second ticket from that telephone is the same
    # person's.
    label = re.sub(r"[^a-z0-9]+", "-", way.lower()).strip("-") or ticket.reference.lower()
    return Requester(
        name=", ".join(filter(None, (name, way))) or ticket.reference,
        email=mapping.without_email or f"{label[:60]}@{_NO_EMAIL}",
        phone=phone,
        account=account,
        is_made_up=True,
    )


def usable_address(text: str | None) -> str:
    """Return an address that any server can answer, else ""; one that needs RFC 6531 isn't."""
    try:
        validated = validate_email(text or "", check_deliverability=False)
    except EmailNotValidError:
        return ""
    return validated.ascii_email or ""
