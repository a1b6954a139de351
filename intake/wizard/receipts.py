"""
Who gets a receipt by mail, and how many.

Anybody can type anybody's address, so the number of mails to strangers is limited.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from limits import RateLimitItemPerDay, RateLimitItemPerHour
from sqlalchemy import Engine

from intake.bootstrap import services
from intake.delivery.desks.receipt import RECEIPT
from intake.rate_limits import LimitUse, SharedLimiter
from intake.tickets import Ticket
from intake.ui.client_network import client_network
from intake.wizard.case import Case

_TO_ONE_ADDRESS: Final = RateLimitItemPerDay(3)
_FOR_ONE_CLIENT: Final = RateLimitItemPerDay(10)
_ALTOGETHER: Final = RateLimitItemPerHour(300)


@cache
def _limiter(engine: Engine) -> SharedLimiter:
    return SharedLimiter(engine, "receipts")


def copy_address(ticket: Ticket) -> str:
    """Return the address that a copy of this ticket is mailed to; "" if none is, or it bounced."""
    address = ticket.contact.email
    if not address or not services().sends_receipts:
        return ""
    own = [event.kind for event in ticket.events if event.desk == RECEIPT]
    rows = services().outbox.rows(ticket.reference)
    is_mailed = any(row.desk == RECEIPT and not row.about and row.state != "parked" for row in rows)
    return address if is_mailed and "bounced" not in own else ""


def claim_receipt(case: Case, ticket: Ticket) -> bool:
    """Check whether this ticket's customer is mailed a copy, and count it."""
    address = ticket.contact.email
    if not services().sends_receipts or not address or case.stored.status == "sent":
        return False
    settings = services().settings
    if address.lower() in {settings.desk_email, settings.mail_from}:
        return False  # a mail to the desk itself would become a ticket
    client = client_network(case.stored.draft.environment.ip or "unknown")
    uses = (
        LimitUse(_TO_ONE_ADDRESS, ("address", address.lower())),
        LimitUse(_FOR_ONE_CLIENT, ("client", client)),
        LimitUse(_ALTOGETHER, ("all",)),
    )
    return _limiter(services().engine).spend(*uses) is None
