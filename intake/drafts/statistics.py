"""Statistics per step: reached, answered, "I don't know", changed later, left here, time on it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Engine, Row, select

from intake import database as db

# A walk younger than this may still continue (docs/decisions/0021).
LEFT_AFTER: Final = timedelta(minutes=30)
MOST_WALKS: Final = 2_000


@dataclass(frozen=True, slots=True)
class StepStatistics:
    """
    One step over many customers.

    `left`: how many walks ended at this step, neither sent nor solved, half an hour ago or more.
    `median_s` is the time from being shown to the first answer; None when nobody answered.
    """

    step: str
    reached: int
    answered: int
    unknown: int
    changed: int
    left: int
    median_s: float | None


@dataclass(frozen=True, slots=True)
class ChecklistStatistics:
    """A checklist over all of its versions: how the walks ended, and each step."""

    walks: int
    sent: int
    solved: int
    left: int
    steps: dict[str, StepStatistics]

    @property
    def under_way(self) -> int:
        """The number of walks that may still continue."""
        return self.walks - self.sent - self.solved - self.left


def read_statistics(
    engine: Engine, checklist_id: str, now: datetime, *, since: datetime | None = None
) -> ChecklistStatistics:
    """Return the statistics of a checklist over all of its versions, from its newest walks."""
    walks, visits = db.walks.c, db.step_visits.c
    newest = (
        select(walks.id, walks.outcome)
        .where(
            walks.checklist_id == checklist_id,
            walks.started_at >= (db.stamp(since) if since else ""),
        )
        .order_by(walks.started_at.desc())
        .limit(MOST_WALKS)
        .subquery()
    )
    statement = (
        select(db.step_visits, newest.c.outcome)
        .join(newest, visits.walk_id == newest.c.id)
        .order_by(visits.walk_id, visits.shown_at)
    )
    with db.reading(engine) as connection:
        rows = connection.execute(statement).all()
    return _count_visits(rows, db.stamp(now - LEFT_AFTER))


def _count_visits(rows: Sequence[Row[Any]], long_ago: str) -> ChecklistStatistics:
    left: list[str] = []
    outcomes: list[str | None] = []
    for _, group in groupby(rows, attrgetter("walk_id")):
        visits = list(group)
        outcomes.append(visits[0].outcome)
        last = max(max(visit.shown_at, visit.answered_at or "") for visit in visits)
        if visits[0].outcome is None and last < long_ago:
            left.append(_last_reached(visits))
    by_step: dict[str, list[Row[Any]]] = {}
    for row in rows:
        by_step.setdefault(row.step_id, []).append(row)
    return ChecklistStatistics(
        walks=len(outcomes),
        sent=outcomes.count("sent"),
        solved=outcomes.count("solved"),
        left=len(left),
        steps={step: _step(step, visits, left.count(step)) for step, visits in by_step.items()},
    )


def _last_reached(visits: Iterable[Row[Any]]) -> str:
    """Return the step shown last; of two at the same moment the unanswered one."""
    step: str = max(visits, key=lambda visit: (visit.shown_at, visit.answered_at is None)).step_id
    return step


def _step(step: str, visits: Sequence[Row[Any]], left: int) -> StepStatistics:
    answered = [visit for visit in visits if visit.answered_at is not None]
    times = [
        (db.moment(visit.answered_at) - db.moment(visit.shown_at)).total_seconds()
        for visit in answered
        # A step shown because a check had just ended is first recorded when it is answered, so
        # the time since when it was shown is unknown.
        if visit.answered_at != visit.shown_at
    ]
    return StepStatistics(
        step=step,
        reached=len(visits),
        answered=len(answered),
        unknown=sum(visit.is_unknown for visit in answered),
        changed=sum(visit.changes > 0 for visit in visits),
        left=left,
        # The median, not the mean: breaks of single customers don't count.
        median_s=statistics.median(times) if times else None,
    )
