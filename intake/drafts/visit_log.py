"""
A log of customers' steps: when each was shown, answered, changed.

It has ids and times, no content. Written in the transaction of the answer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, and_, case, delete, func, insert, update

from intake import database as db

REVIEW: Final = "/review"  # the screen before sending; not a valid step id


@dataclass(frozen=True, slots=True)
class Visit:
    """
    An answer for the statistics: the next step, and whether it is a change.

    `then` is a step's id, or REVIEW, or None if the journey ends.
    """

    then: str | None
    is_unknown: bool = False
    is_news: bool = True  # not a repetition of the same answer


class VisitLog:
    """Writes visits on the caller's connection."""

    def __init__(self, engine: Engine) -> None:
        self._note = _visit_statement(engine)

    def begin(
        self, connection: Connection, walk: str, checklist_id: str, at: str, first: str | None
    ) -> None:
        """Record that a customer has begun; `first` is the step on screen."""
        row = {"id": walk, "checklist_id": checklist_id, "started_at": at, "outcome": None}
        connection.execute(insert(db.walks), row)
        if first is not None:
            connection.execute(self._note, _row(walk, first, at))

    def note(self, connection: Connection, walk: str, step: str, visit: Visit, at: str) -> None:
        """Record that a step was answered, and that the next one is shown."""
        rows = []
        if visit.is_news:
            rows.append(_row(walk, step, at, answered=True, is_unknown=visit.is_unknown))
        if visit.then is not None:
            rows.append(_row(walk, visit.then, at))
        if rows:
            connection.execute(self._note, rows)


def end_walk(connection: Connection, walk: str, outcome: str | None) -> None:
    """Record how a walk ended: "sent", "solved", or None if it is open again."""
    connection.execute(update(db.walks).where(db.walks.c.id == walk).values(outcome=outcome))


def forget_walk(connection: Connection, walk: str) -> None:
    """Delete the walk of a draft that no customer made, so that statistics don't count it."""
    connection.execute(delete(db.walks).where(db.walks.c.id == walk))


def leave_uncounted(engine: Engine, draft_id: str) -> None:
    """
    Exclude a draft from all statistics.

    Raises:
        StorageError: nothing was changed.
    """
    with db.writing(engine) as connection:
        forget_walk(connection, draft_id)


def _visit_statement(engine: Engine) -> Any:  # noqa: ANN401 - SQLAlchemy's dialects have a type each
    """
    Return the statement that records a visit, shown or answered.

    The first times of showing and of answering are kept; later answers count as changes.
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
