"""The rows of the outbox as they are read: leased to a worker, shown to a person, counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Label, Select, and_, case, exists, func, or_, select

from intake import database as db

DeliveryState = Literal["waiting", "leased", "delivered", "parked"]


_row = db.outbox.c

_ticket_rows, _earlier_rows = db.outbox.alias(), db.outbox.alias()
# An update goes to a desk that has the ticket, or it would answer to a letter that never came; and
# after what came before it, or a conversation would be read in another order.
READY = or_(
    _row.about == "",
    and_(
        exists().where(
            _ticket_rows.c.reference == _row.reference,
            _ticket_rows.c.desk == _row.desk,
            _ticket_rows.c.about == "",
            _ticket_rows.c.state == "delivered",
        ),
        ~exists().where(
            _earlier_rows.c.reference == _row.reference,
            _earlier_rows.c.desk == _row.desk,
            _earlier_rows.c.id < _row.id,
            _earlier_rows.c.state.in_(("waiting", "leased")),
        ),
    ),
)


LEASED = (
    _row.id,
    _row.reference,
    _row.desk,
    _row.about,
    _row.attempts,
    _row.first_attempt_at,
    _row.receipt,
    _row.sending_since,
    _row.left_out,
    _row.losses,
)


def ticket_id() -> Label[str | None]:
    """What the desk calls the ticket of a row."""
    return (
        select(_ticket_rows.c.receipt)
        .where(
            _ticket_rows.c.reference == _row.reference,
            _ticket_rows.c.desk == _row.desk,
            _ticket_rows.c.about == "",
        )
        .scalar_subquery()
        .label("ticket_id")
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    One ticket to one desk, leased to us. `attempts` counts the one about to be made.

    `about` is empty for the ticket itself, else it names what came after it: "check.STEP" or
    "entry.ID".
    `remote_id` is the ticket's name at the desk, empty where it isn't known to be there.
    `sending_since`: an earlier hand-over began then, and nobody knows how it ended. `left_out` and
    `losses` are the hand-over's own notes.
    """

    id: int
    reference: str
    desk: str
    about: str
    attempts: int
    first_attempt_at: datetime
    lease_id: str
    remote_id: str = ""
    sending_since: datetime | None = None
    left_out: str = ""
    losses: str | None = None


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A delivery that nobody tries any more; `why` is the desk's last answer."""

    reference: str
    desk: str
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """
    How far a ticket, or what came after it, has come with one desk.

    `remote_id` is the desk's own name for it, empty until it is known; `losses` is JSON.
    """

    desk: str
    about: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime
    why: str
    remote_id: str
    losses: str | None


def leased_delivery(row: Any, first_attempt_at: str, lease_id: str) -> Delivery:  # noqa: ANN401
    """A row of `LEASED` and `ticket_id`, as the worker gets it."""
    return Delivery(
        id=row.id,
        reference=row.reference,
        desk=row.desk,
        about=row.about,
        attempts=row.attempts + 1,
        first_attempt_at=db.moment(first_attempt_at),
        lease_id=lease_id,
        remote_id=(row.ticket_id if row.about else row.receipt) or "",
        sending_since=db.moment(row.sending_since) if row.sending_since else None,
        left_out=row.left_out,
        losses=row.losses,
    )


def delivery_row(row: Any) -> DeliveryRow:  # noqa: ANN401 - a row of SQLAlchemy's
    """A whole row, as people are shown it."""
    return DeliveryRow(
        desk=row.desk,
        about=row.about,
        state=row.state,
        attempts=row.attempts,
        next_attempt_at=db.moment(row.next_attempt_at),
        why=row.last_error or "",
        remote_id=row.receipt or "",
        losses=row.losses,
    )


def ticket_states() -> Select[str, str]:
    """(reference, state) of each ticket: parked if any desk is, delivered if all, else waiting."""
    count = func.count()
    return select(
        _row.reference,
        case(
            # Parked wins: a desk that needs a person is what staff must see.
            (func.sum(case((_row.state == "parked", 1), else_=0)) > 0, "parked"),
            (func.sum(case((_row.state == "delivered", 1), else_=0)) == count, "delivered"),
            else_="waiting",
        ).label("state"),
    ).group_by(_row.reference)
