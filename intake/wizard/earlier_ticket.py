"""Finds a ticket about the same problem as a draft, among those whose links a browser holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import structlog

from intake.bootstrap import services
from intake.tickets import Ticket, compose_ticket
from intake.tickets.joining import join_draft
from intake.tickets.links import ticket_of_key
from intake.tickets.same_problem import (
    RELATED_WITHIN,
    answers_in_words,
    hosts_of_draft,
    hosts_of_ticket,
)
from intake.wizard.case import Case, find_case

log = structlog.get_logger(__name__)


def hosts_of_case(case: Case) -> frozenset[str]:
    """Return the hosts that a draft is about: those of the answers, else of the own words."""
    named = hosts_of_draft(case.checklist, case.stored.draft)
    return named or hosts_of_ticket(_as_ticket(case, ""))


def find_earlier(
    case: Case, keys: Iterable[str], is_separate: Callable[[str], bool] = lambda _: False
) -> Ticket | None:
    """
    Return the newest open ticket with these keys about the draft's hosts, or None.

    Tickets for which `is_separate(reference)` holds are skipped. Pass only keys that the requester
    holds: nobody else may learn that there is a ticket.
    """
    tickets = (ticket_of_key(services().tickets, services().links, key) for key in keys)
    opened = [ticket for ticket in tickets if ticket is not None and _is_open(ticket)]
    hosts = hosts_of_case(case) if opened else frozenset()
    same = (ticket for ticket in opened if hosts & hosts_of_ticket(ticket))
    return next((ticket for ticket in same if not is_separate(ticket.reference)), None)


def add_to_earlier(case: Case, reference: str) -> None:
    """
    Add a draft's answers to a ticket; the draft's link then leads to that ticket.

    Raises:
        DraftClosed: the draft is gone.
        EntryRefused: the ticket accepts no more entries.
        StorageError: nothing was stored.
    """

    def compose() -> str:
        return answers_in_words(_as_ticket(find_case(case.token) or case, reference))

    join_draft(services().engine, case.id, reference, compose, datetime.now(UTC))
    services().worker.wake()
    log.info("a draft joined a ticket", reference=reference)


def _is_open(ticket: Ticket) -> bool:
    return ticket.state != "solved" and datetime.now(UTC) - ticket.created_at < RELATED_WITHIN


def _as_ticket(case: Case, reference: str) -> Ticket:
    draft = case.stored.draft
    return compose_ticket(case.checklist, draft, reference=reference, now=datetime.now(UTC))
