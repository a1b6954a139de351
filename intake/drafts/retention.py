"""How long drafts live, and what is deleted after that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, select

from intake import database as db

DRAFTS_KEPT_FOR: Final = timedelta(hours=24)
VISITS_KEPT_FOR: Final = timedelta(days=365)
_CONTENT: Final = (db.answers, db.check_runs, db.check_views, db.friend_links, db.draft_files)


def delete_old_drafts(engine: Engine, now: datetime, after: timedelta = DRAFTS_KEPT_FOR) -> int:
    """
    Delete the drafts untouched for longer than `after`; returns how many.

    A sent draft keeps its row, which is the customer's link to the ticket; what it held
    stands in the ticket, so here its answers and measurements go. The visits of the last year
    stay for the statistics: they hold ids and times alone.
    """
    untouched = db.drafts.c.updated_at < db.stamp(now - after)
    sent = select(db.drafts.c.id).where(untouched, db.drafts.c.status == "sent")
    with db.writing(engine) as connection:
        for table in _CONTENT:
            connection.execute(delete(table).where(table.c.draft_id.in_(sent)))
        # Their answers, checks and files go with them (ON DELETE CASCADE).
        deleted = connection.execute(
            delete(db.drafts).where(untouched, db.drafts.c.status != "sent")
        )
        oldest_visit = db.stamp(now - VISITS_KEPT_FOR)
        connection.execute(delete(db.walks).where(db.walks.c.started_at < oldest_visit))
    return deleted.rowcount
