"""The events of a ticket since it was sent: rows beside its document."""

from __future__ import annotations

from sqlalchemy import Connection, select

from intake import database as db
from intake.tickets.ticket import Event


def read_events(connection: Connection, reference: str) -> tuple[Event, ...]:
    """Return the events of a ticket, oldest first."""
    columns = db.ticket_events.c
    rows = connection.execute(
        select(columns.at, columns.kind, columns.desk, columns.detail)
        .where(columns.reference == reference)
        .order_by(columns.id)  # not by time: several may have the same
    ).all()
    return tuple(
        Event(at=db.moment(at), kind=kind, desk=desk, detail=detail)
        for at, kind, desk, detail in rows
    )
