"""Marks a draft as changed and checks that it is still open; the first step of every change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from intake import database as db

_TOUCH = (
    update(db.drafts)
    # A "solved" draft may change: the customer may find that it doesn't work after all.
    .where(db.drafts.c.id == bindparam("draft"), db.drafts.c.status != "sent")
    .values(updated_at=bindparam("at"), revision=db.drafts.c.revision + 1)
)


class DraftClosed(RuntimeError):  # noqa: N818  a state, not a fault
    """The draft was sent (see its ticket) or is gone: it accepts no more changes."""


def touch(connection: Connection, draft_id: str, now: datetime) -> str:
    """
    Update a draft's time of change; return the time as stored.

    On PostgreSQL this also locks the draft's row until the transaction ends.

    Raises:
        DraftClosed: the draft was sent, or is gone.
    """
    at = db.stamp(now)
    if connection.execute(_TOUCH, {"draft": draft_id, "at": at}).rowcount == 0:
        raise DraftClosed(f"Draft {draft_id} was sent, or is gone")
    return at
