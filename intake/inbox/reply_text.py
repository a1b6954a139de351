"""The session key of the reply that is being written for a ticket."""

from __future__ import annotations

from typing import Final

from intake.tickets import Ticket

_TEXT: Final = "work-text"


def text_key(ticket: Ticket) -> str:
    """Return the key, which differs per ticket, so that a text can't be sent to another one."""
    return f"{_TEXT}-{ticket.reference}"
