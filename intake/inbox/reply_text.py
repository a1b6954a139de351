"""Where the text stands that is being written for a ticket."""

from __future__ import annotations

from typing import Final

from intake.tickets import Ticket

_TEXT: Final = "work-text"


def text_key(ticket: Ticket) -> str:
    """The key of its field: what was begun for one ticket isn't sent for another."""
    return f"{_TEXT}-{ticket.reference}"
