"""
Signed links to a customer's ticket for mails; the draft's own token isn't stored.

A link names the ticket's reference and proves that we wrote it. It expires after some days.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from intake.tickets.store import TicketStore
from intake.tickets.ticket import Ticket

_SEPARATOR = "~"  # in no number and no token (base64url)


class TicketLinks:
    """Makes and reads links; `days` is how long any customer's link opens its ticket."""

    def __init__(self, key: bytes, *, days: int) -> None:
        self._key, self._valid_for = key, timedelta(days=days)

    def token(self, reference: str) -> str:
        """Return the part of the address after /t/."""
        return f"{reference}{_SEPARATOR}{self._proof(reference)}"

    def reference(self, token: str) -> str | None:
        """Return the reference in a token that we signed; None for any other text."""
        reference, separator, proof = token.partition(_SEPARATOR)
        if not separator or not hmac.compare_digest(
            proof.encode("utf-8", "replace"), self._proof(reference).encode()
        ):
            return None
        return reference

    def is_over(self, ticket: Ticket) -> bool:
        """Check whether the customer's links to this ticket have expired."""
        return datetime.now(UTC) - ticket.created_at > self._valid_for

    def _proof(self, reference: str) -> str:
        text = f"ticket-link:{reference}".encode("utf-8", "replace")
        digest = hmac.digest(self._key, text, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def ticket_of_key(tickets: TicketStore, links: TicketLinks, token: str) -> Ticket | None:
    """
    Return the ticket of a draft's token or of a mailed link; None if it is unknown or
    has expired.
    """
    reference = links.reference(token)
    ticket = tickets.get(reference) if reference else tickets.find_by_token(token)
    return None if ticket is None or links.is_over(ticket) else ticket
