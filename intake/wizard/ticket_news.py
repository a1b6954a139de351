"""Detects changes of a ticket since its customer's screen was drawn."""

from __future__ import annotations

from intake.tickets import Ticket, for_customer


def news_mark(ticket: Ticket) -> str:
    """
    Return a mark that changes with everything visible to the customer in the ticket.

    The screen contains the mark it was drawn with; `intake.js` polls the current one while the page
    is visible, and redraws if they differ.
    """
    readable = for_customer(ticket)
    return f"{readable.state}-{len(readable.conversation)}"
