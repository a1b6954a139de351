"""The rows of the outbox: as leased to a worker, as shown to a person, and as counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Label, Select, and_, case, exists, func, or_, select

from intake import database as db

DeliveryState = Literal["waiting", "leased", "delivered", "parked"]


_row = db.outbox.c

_ticket_rows, _earlier_rows = db.outbox.alias(), db.outbox.alias()
# An update waits until the desk has the ticket, or it would answer a letter that never came. It
# also waits for the rows before it, or the conversation would arrive in another order.
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
    """Return a column with the id that the desk gave to the ticket of a row."""
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
    One ticket to one desk, leased to this worker. `attempts` counts the one about to be made.

    `about` is "" for the ticket itself, else it names a later change: "check.STEP" or "entry.ID".
    `remote_id` is the ticket's id at the desk, "" while it isn't known to be there.
    `sending_since`: an earlier hand-over began then, and its outcome is unknown. `left_out` and
    `losses` are as `Outbox.mark_left_out` and `Outbox.mark_losses` stored them.
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
    """A delivery that was given up; `why` is the desk's last answer."""

    reference: str
    desk: str
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """
    The state of a ticket, or of a later change of it, at one desk.

    `remote_id` is the desk's own id for it, "" until it is known; `losses` is JSON.
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
    """Return a row of `LEASED` and `ticket_id` as a worker gets it."""
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
    """Return a whole row as people see it."""
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
    """
    Return a query of (reference, state): parked if any desk is, delivered if all are,
    else waiting.
    """
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
