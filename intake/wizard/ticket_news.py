"""Whether something happened to a ticket since its customer's screen was drawn."""

from __future__ import annotations

from intake.tickets import Ticket, for_customer


def news_mark(ticket: Ticket) -> str:
    """
    What changes with everything that the customer may read of what became of the ticket.

    The screen carries the mark that it was drawn with, `intake.js` asks for today's while the page
    is in sight, and draws anew where they differ.
    """
    readable = for_customer(ticket)
    return f"{readable.state}-{len(readable.conversation)}"
