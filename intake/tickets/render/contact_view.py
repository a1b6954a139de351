"""How to reach the customer, in one place of a rendered ticket."""

from __future__ import annotations

from diagnostics.texts import one_line
from intake.tickets.render.formats import MEASURED_LIMIT
from intake.tickets.render.words import Phrases
from intake.tickets.ticket import Contact, Ticket, TicketItem


def contact_facts(contact: Contact, say: Phrases) -> list[tuple[str, str]]:
    """Return the customer's name and every known way to reach them, as (name, value)."""
    facts = (
        (say.name, contact.name),
        (say.email, contact.email),
        (say.phone, contact.phone),
        (say.other_way, contact.other),
        (say.account, contact.account),
    )
    return [(name, one_line(value, MEASURED_LIMIT)) for name, value in facts if value]


def has_own_section(item: TicketItem, ticket: Ticket) -> bool:
    """
    Check whether an answer is shown with the contact or the files instead of among the
    answers.
    """
    if item.kind == "file":
        return bool(ticket.attachments)
    contact = ticket.contact
    values = (contact.name, contact.email, contact.phone, contact.other, contact.account)
    is_whole = isinstance(item.answer, str) and item.answer.strip() in [*filter(None, values)]
    return bool(item.role) and not item.insisted and is_whole
