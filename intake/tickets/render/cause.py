"""The facts below the cause: who fixes it, where it is, its code."""

from __future__ import annotations

from typing import Literal

from diagnostics import fixer_text
from diagnostics.texts import Language, one_line
from intake.tickets.diagnosis import addresses_of
from intake.tickets.render.formats import MEASURED_LIMIT
from intake.tickets.render.words import Phrases
from intake.tickets.ticket import Ticket

TicketReader = Literal["desk", "customer"]
_MAX_ADDRESSES = 8


def cause_facts(
    ticket: Ticket, say: Phrases, reader: TicketReader, language: Language
) -> list[tuple[str, str]]:
    """Return the facts as (name, value); the addresses alone if the cause isn't known."""
    verdict = ticket.verdict
    addresses = ", ".join(addresses_of(ticket)[:_MAX_ADDRESSES])
    if verdict is None:
        return [(say.target_addresses, addresses)] if addresses else []
    is_fault = verdict.severity != "info"
    facts = [
        (say.fixed_by, fixer_text(verdict.fixer, reader, language) if is_fault else ""),
        (say.about, one_line(verdict.subject, MEASURED_LIMIT)),
        (say.target_addresses, one_line(addresses, MEASURED_LIMIT)),
        (say.code, verdict.code),
    ]
    return [(name, value) for name, value in facts if value]
