"""The list of tickets: filtered, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, exists, func, select, text

from intake import database as db
from intake.outbox import ticket_states
from intake.tickets.canary_mark import CANARY
from intake.tickets.full_text import TICKET_NUMBER, search_condition
from intake.tickets.reference import parse_reference
from intake.tickets.ticket import SentAs, TicketFinding, TicketState, TicketText

_MAX_SCANNED: Final = 1_000  # tickets, for the causes that a filter offers
DeliveryStatus = Literal["none", "waiting", "parked", "delivered"]


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """
    The conditions of a list of tickets; None means no condition.

    `query` is read as `TicketStore.list` describes. `undelivered`: a desk hasn't got the ticket
    yet, or refuses it. `parked`: delivery was given up. `incomplete`: a question has no answer.
    `since`: created then or later; `before`: created earlier.
    """

    query: str = ""
    state: TicketState | None = None
    owner: str | None = None
    queue: str | None = None
    priority: str | None = None
    cause_code: str | None = None
    undelivered: bool = False
    parked: bool = False
    incomplete: bool = False
    since: datetime | None = None
    before: datetime | None = None


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
    owner: str


def list_tickets(
    connection: Connection, limit: int, offset: int, ticket_filter: TicketFilter
) -> Sequence[TicketRow]:
    """Return the tickets that match the filter, newest first."""
    columns = db.tickets.c
    # The document is tens of kilobytes a row, and a list shows none of it.
    statement = select(*(column for column in columns if column.name != "document"))
    order: ColumnElement[int] = columns.number
    reference = parse_reference(ticket_filter.query)
    words = None if reference else search_condition(ticket_filter.query, connection.dialect.name)
    if reference:
        statement = statement.where(columns.reference == reference)
    elif words is not None:
        # The index is read in its own order, from its end: no list of all that match is sorted.
        index = text("ticket_words")
        statement = (
            statement.select_from(index)
            .join(db.tickets, columns.number == TICKET_NUMBER)
            .where(words)
        )
        order = TICKET_NUMBER
    statement = statement.where(*_conditions(ticket_filter)).order_by(order.desc())
    rows = connection.execute(statement.limit(limit).offset(offset)).all()
    states = _delivery_states(connection, [row.reference for row in rows])
    return [_list_row(row, states.get(row.reference, "none")) for row in rows]


def recent_causes(connection: Connection) -> Mapping[str, TicketText]:
    """
    Return the causes of the newest tickets by code, each with the words of one of those
    tickets.
    """
    columns = db.tickets.c
    newest = (
        select(columns.cause_code, columns.cause)
        .where(columns.cause_code.is_not(None))
        .order_by(columns.number.desc())
        .limit(_MAX_SCANNED)
        .subquery()
    )
    rows = connection.execute(
        select(newest.c.cause_code, func.max(newest.c.cause)).group_by(newest.c.cause_code)
    ).all()
    return {code: TicketFinding.model_validate_json(cause).title for code, cause in rows}


def recent_owners(connection: Connection) -> Sequence[str]:
    """Return who takes care of the newest tickets, sorted by name."""
    columns = db.tickets.c
    newest = select(columns.owner).order_by(columns.number.desc()).limit(_MAX_SCANNED).subquery()
    statement = select(newest.c.owner).distinct().where(newest.c.owner != "")
    return connection.execute(statement.order_by(newest.c.owner)).scalars().all()


def _conditions(ticket_filter: TicketFilter) -> Iterator[ColumnElement[bool]]:
    columns, outbox = db.tickets.c, db.outbox.c
    equal_to = {
        columns.state: ticket_filter.state,
        columns.owner: ticket_filter.owner,
        columns.queue: ticket_filter.queue,
        columns.priority: ticket_filter.priority,
        columns.cause_code: ticket_filter.cause_code,
    }
    yield from (column == value for column, value in equal_to.items() if value is not None)
    if ticket_filter.incomplete:
        yield columns.answered < columns.asked
    if ticket_filter.since is not None:
        yield columns.created_at >= db.stamp(ticket_filter.since)
    if ticket_filter.before is not None:
        yield columns.created_at < db.stamp(ticket_filter.before)
    # Nobody works on tickets that only wait for an incident's end; a search finds them.
    if not ticket_filter.query:
        yield columns.sent_as.not_in(("follows-incident", CANARY))
    if ticket_filter.undelivered:
        yield exists().where(outbox.reference == columns.reference, outbox.state != "delivered")
    if ticket_filter.parked:
        yield exists().where(outbox.reference == columns.reference, outbox.state == "parked")


def _delivery_states(
    connection: Connection, references: Sequence[str]
) -> Mapping[str, DeliveryStatus]:
    """
    Return the delivery states of these tickets; the outbox has a row for every ticket and desk
    ever.
    """
    statement = ticket_states().where(db.outbox.c.reference.in_(references))
    return {row.reference: row.state for row in connection.execute(statement)}


def _list_row(row: Any, delivery: DeliveryStatus) -> TicketRow:  # noqa: ANN401
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
        cause_code=row.cause_code,
        fixer=verdict.fixer if verdict else None,
        priority=row.priority,
        queue=row.queue,
        answered=row.answered,
        asked=row.asked,
        sent_as=row.sent_as,
        delivery=delivery,
        state=row.state,
        owner=row.owner,
    )
