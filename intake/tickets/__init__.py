"""Tickets: the document that support gets, and how it is composed, stored and rendered."""

from intake.tickets.compose import compose_ticket
from intake.tickets.customer_view import for_customer
from intake.tickets.links import TicketLinks
from intake.tickets.reference import new_reference, parse_reference
from intake.tickets.render import FORMATS, render
from intake.tickets.store import TicketStore
from intake.tickets.ticket import Attachment, Ticket
from intake.tickets.ticket_list import TicketFilter, TicketRow

__all__ = [
    "FORMATS",
    "Attachment",
    "Ticket",
    "TicketFilter",
    "TicketLinks",
    "TicketRow",
    "TicketStore",
    "compose_ticket",
    "for_customer",
    "new_reference",
    "parse_reference",
    "render",
]
