"""What a ticket is about by name and by IP address: the first things that support looks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from diagnostics.texts import one_line
from intake.tickets.ticket import Ticket, TicketDiagnosis

_MOST: Final = 8  # a name behind a large network may have many more
_LONGEST: Final = 253  # RFC 1035, section 2.3.4


def case_target(ticket: Ticket) -> str:
    """The name or address that was checked, of several the one that the cause is about."""
    return next((one_line(diagnosis.target, _LONGEST) for diagnosis in _leading(ticket)), "")


def target_addresses(ticket: Ticket) -> tuple[str, ...]:
    """The IP addresses that were checked, those of the cause's check first."""
    addresses = (
        str(address) for diagnosis in _leading(ticket) for address in _addresses(diagnosis)
    )
    return tuple(dict.fromkeys(one_line(address, 45) for address in addresses))[:_MOST]


def _addresses(diagnosis: TicketDiagnosis) -> list[object]:
    target = (diagnosis.report or {}).get("target")
    addresses = target.get("addresses") if isinstance(target, dict) else None
    return addresses if isinstance(addresses, list) else []


def _leading(ticket: Ticket) -> Iterator[TicketDiagnosis]:
    """The check that found the cause before the others."""
    is_other = lambda diagnosis: ticket.verdict not in diagnosis.findings  # noqa: E731
    return iter(sorted(ticket.diagnoses, key=is_other))
