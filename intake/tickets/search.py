"""The list of tickets, and the words that find one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from intake import database as db
from intake.outbox import ticket_states
from intake.tickets.reference import parse_reference
from intake.tickets.ticket import SentAs, Ticket, TicketFinding, TicketState, TicketText

DeliveryStatus = Literal["none", "waiting", "parked", "delivered"]

_MAX_SEARCH = 4_000


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as one line of a list. `cause` is None when nothing was measured."""

    reference: str
    created_at: datetime
    language: str
    subject: str
    headline: TicketText
    customer: str
    cause: TicketText | None
    cause_code: str | None
    fixer: str | None
    priority: str
    queue: str
    answered: int
    asked: int
    sent_as: SentAs
    delivery: DeliveryStatus
    state: TicketState


def list_tickets(
    connection: Connection, limit: int, offset: int, query: str
) -> Sequence[TicketRow]:
    """The newest tickets first; `query` as `TicketStore.list` describes it."""
    columns = db.tickets.c
    delivery = ticket_states().subquery()
    statement = (
        select(
            # The document is tens of kilobytes a row, and a list shows none of it.
            *(column for column in columns if column.name not in ("document", "search")),
            delivery.c.state.label("delivery"),
        )
        .outerjoin(delivery, delivery.c.reference == columns.reference)
        # The second key keeps the pages apart where two tickets have the same time.
        .order_by(columns.created_at.desc(), columns.reference)
        .limit(limit)
        .offset(offset)
    )
    for word in _search_words(query):
        # autoescape: % and _ are what staff typed, not wildcards.
        statement = statement.where(columns.search.contains(word, autoescape=True))
    return [_list_row(row) for row in connection.execute(statement)]


def searchable(ticket: Ticket) -> str:
    """
    What a search looks through, of one ticket.

    Folded in Python: SQLite's LIKE knows the case of ASCII alone.
    """
    contact, verdict = ticket.contact, ticket.verdict
    words = [
        ticket.reference,
        ticket.reference.replace("-", ""),
        contact.name,
        contact.email,
        contact.phone,
        contact.other,
        contact.account,
        verdict.code if verdict else "",
        *(diagnosis.target for diagnosis in ticket.diagnoses),
        ticket.headline.en,
        ticket.headline.ru,
    ]
    return " ".join(word for word in words if word).casefold()[:_MAX_SEARCH]


def _search_words(query: str) -> list[str]:
    reference = parse_reference(query)
    # Eight words at most: each is one more LIKE over the whole table.
    return [reference.casefold()] if reference else query.casefold().split()[:8]


def _list_row(row: Any) -> TicketRow:  # noqa: ANN401
    headline = TicketText.model_validate_json(row.subject)
    verdict = TicketFinding.model_validate_json(row.cause) if row.cause else None
    return TicketRow(
        reference=row.reference,
        created_at=db.moment(row.created_at),
        language=row.language,
        subject=headline.in_(row.language),
        headline=headline,
        customer=row.customer,
        cause=verdict.title if verdict else None,
        cause_code=verdict.code if verdict else None,
        fixer=verdict.fixer if verdict else None,
        priority=row.priority,
        queue=row.queue,
        answered=row.answered,
        asked=row.asked,
        sent_as=row.sent_as,
        delivery=row.delivery or "none",
        state=row.state,
    )
