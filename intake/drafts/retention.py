"""
Deletes old drafts.

In small batches: each is a transaction of its own and finds its rows by an index, so that customers
never wait for it, however many tickets there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, Table, and_, delete, or_, select

from intake import database as db

DRAFTS_KEPT_FOR: Final = timedelta(hours=24)
VISITS_KEPT_FOR: Final = timedelta(days=365)
_CONTENT: Final = (db.answers, db.check_runs, db.check_views, db.friend_links, db.draft_files)
_UNSENT: Final = ("open", "solved")
_BATCH_SIZE: Final = 200


def delete_old_drafts(
    engine: Engine,
    now: datetime,
    after: timedelta = DRAFTS_KEPT_FOR,
    *,
    visits_after: timedelta = VISITS_KEPT_FOR,
) -> int:
    """
    Delete the drafts unchanged for longer than `after`; return their number.

    A sent draft keeps its row, which is the customer's link to the ticket; its content is in the
    ticket, so its answers and measurements are deleted here. Visits are kept for `visits_after` for
    the statistics: they contain ids and times only.
    """
    deleted = sum(len(batch) for batch in _old_drafts(engine, now - after, is_dry=False))
    for table in _CONTENT:
        _empty_sent_drafts(engine, table, db.stamp(now - after))
    _delete_visits(engine, db.stamp(now - visits_after))
    return deleted


def count_old_drafts(engine: Engine, now: datetime, after: timedelta = DRAFTS_KEPT_FOR) -> int:
    """Return how many drafts `delete_old_drafts` would delete."""
    return sum(len(batch) for batch in _old_drafts(engine, now - after, is_dry=True))


def _old_drafts(engine: Engine, before: datetime, *, is_dry: bool) -> Iterator[Sequence[str]]:
    """Yield the ids of old drafts in batches; delete them unless `is_dry`."""
    draft, old = db.drafts.c, db.stamp(before)
    for status in _UNSENT:  # by the index (status, updated_at)
        at, last = "", ""
        while True:
            later = or_(draft.updated_at > at, and_(draft.updated_at == at, draft.id > last))
            with db.reading(engine) as connection:
                rows = connection.execute(
                    select(draft.id, draft.updated_at)
                    .where(draft.status == status, draft.updated_at >= at, later)
                    .where(draft.updated_at < old)
                    .order_by(draft.updated_at, draft.id)
                    .limit(_BATCH_SIZE)
                ).all()
            if not rows:
                break
            last, at = rows[-1]
            ids = [row.id for row in rows]
            if not is_dry:
                with db.writing(engine) as connection:
                    # Check the age again: a draft may have been changed since it was read. Answers,
                    # checks and files are deleted with it (ON DELETE CASCADE).
                    connection.execute(
                        delete(db.drafts).where(
                            draft.id.in_(ids), draft.status == status, draft.updated_at < old
                        )
                    )
            yield ids


def _empty_sent_drafts(engine: Engine, table: Table, old: str) -> None:
    """
    Delete the content of old sent drafts in one table.

    It scans the table's draft ids, which are fewer than the drafts.
    """
    draft, last = db.drafts.c, ""
    while True:
        with db.reading(engine) as connection:
            ids = connection.scalars(
                select(table.c.draft_id)
                .where(table.c.draft_id > last)
                .distinct()
                .order_by(table.c.draft_id)
                .limit(_BATCH_SIZE)
            ).all()
            if not ids:
                return
            sent = connection.scalars(
                select(draft.id).where(
                    draft.id.in_(ids), draft.status == "sent", draft.updated_at < old
                )
            ).all()
        if sent:
            with db.writing(engine) as connection:
                connection.execute(delete(table).where(table.c.draft_id.in_(sent)))
        last = ids[-1]


def _delete_visits(engine: Engine, old: str) -> None:
    walk = db.walks.c
    with db.reading(engine) as connection:
        # By the index (checklist_id, started_at).
        checklists = connection.scalars(select(walk.checklist_id).distinct()).all()
    for checklist in checklists:
        while True:
            with db.writing(engine) as connection:
                ids = connection.scalars(
                    select(walk.id)
                    .where(walk.checklist_id == checklist, walk.started_at < old)
                    .limit(_BATCH_SIZE)
                ).all()
                if not ids:
                    break
                connection.execute(delete(db.walks).where(walk.id.in_(ids)))
