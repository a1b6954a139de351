"""
How customers get on, step by step: when a step was shown, answered, changed.

Ids and times, nothing that anybody said. Written in the transaction of the answer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, and_, case, delete, func, insert, update

from intake import database as db

REVIEW: Final = "/review"  # the screen before sending; no step can be called so


@dataclass(frozen=True, slots=True)
class Visit:
    """
    An answer as the statistics see it: what comes on screen next, and whether it is a change.

    `then` is a step's id, or REVIEW, or None where the journey ends.
    """

    then: str | None
    is_unknown: bool = False
    is_news: bool = True  # not the same answer once more


class VisitLog:
    """Writes visits on the caller's connection."""

    def __init__(self, engine: Engine) -> None:
        self._note = _noting(engine)

    def begin(
        self, connection: Connection, walk: str, checklist_id: str, at: str, first: str | None
    ) -> None:
        """A customer has begun; `first` is the step on screen."""
        row = {"id": walk, "checklist_id": checklist_id, "started_at": at, "outcome": None}
        connection.execute(insert(db.walks), row)
        if first is not None:
            connection.execute(self._note, _row(walk, first, at))

    def note(self, connection: Connection, walk: str, step: str, visit: Visit, at: str) -> None:
        """A step was answered, and the next one is on screen."""
        rows = []
        if visit.is_news:
            rows.append(_row(walk, step, at, answered=True, is_unknown=visit.is_unknown))
        if visit.then is not None:
            rows.append(_row(walk, visit.then, at))
        if rows:
            connection.execute(self._note, rows)


def end_walk(connection: Connection, walk: str, outcome: str | None) -> None:
    """Note how a walk ended: "sent", "solved", or None when it is open again."""
    connection.execute(update(db.walks).where(db.walks.c.id == walk).values(outcome=outcome))


def forget_walk(connection: Connection, walk: str) -> None:
    """Nobody walked a checklist: a draft that was made for another purpose is in no figure."""
    connection.execute(delete(db.walks).where(db.walks.c.id == walk))


def leave_uncounted(engine: Engine, draft_id: str) -> None:
    """
    Keep a draft out of all figures.

    Raises:
        StorageError: nothing was changed.
    """
    with db.writing(engine) as connection:
        forget_walk(connection, draft_id)


def _noting(engine: Engine) -> Any:  # noqa: ANN401 - SQLAlchemy's dialects have a type each
    """
    The statement that notes a visit, whether shown or answered.

    The times of the first showing and of the first answer stay; later answers count as changes.
    """
    visits = db.step_visits
    statement = db.insert_into(engine, visits)
    # `excluded` is the row that was to be inserted (both databases call it so).
    new = statement.excluded
    answered = new.answered_at.is_not(None)
    again = and_(answered, visits.c.answered_at.is_not(None))
    return statement.on_conflict_do_update(
        index_elements=["walk_id", "step_id"],
        set_={
            "answered_at": func.coalesce(visits.c.answered_at, new.answered_at),
            "changes": visits.c.changes + case((again, 1), else_=0),
            "is_unknown": case((answered, new.is_unknown), else_=visits.c.is_unknown),
        },
    )


def _row(
    walk: str, step: str, at: str, *, answered: bool = False, is_unknown: bool = False
) -> Mapping[str, Any]:
    return {
        "walk_id": walk,
        "step_id": step,
        "shown_at": at,
        "answered_at": at if answered else None,
        "changes": 0,
        "is_unknown": is_unknown,
    }
