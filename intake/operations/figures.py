"""
The figures of the service: how customers do with a checklist, and what becomes of their tickets.

Ids, counts and times; nothing that anybody wrote. A walk is one customer's way through a checklist.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, Select, func, select

from intake import database as db

MAX_TICKETS: Final = 50_000  # of one span, the newest


@dataclass(slots=True)
class ServiceFigures:
    """
    The figures of one checklist in a span of time.

    `begun` and `solved` count walks by when they began; the other figures count tickets by when
    they were sent. `complete`: everything that was asked was answered, and support sent no question
    back. `questions` is how many were sent back, all tickets together. `seconds_to_sent` are from
    opening the wizard to the sent ticket, one for each ticket, in ascending order.
    """

    begun: int = 0
    solved: int = 0
    sent: int = 0
    complete: int = 0
    questions: int = 0
    seconds_to_sent: list[float] = field(default_factory=list)

    @property
    def questions_per_ticket(self) -> float | None:
        """The mean number of questions that support sent back; None without tickets."""
        return self.questions / self.sent if self.sent else None

    def seconds_to_sent_at(self, share: float) -> float | None:
        """
        Return the quantile of `seconds_to_sent` for a share from 0 to 1; 0.5 is the median. None
        without tickets.
        """
        if not self.seconds_to_sent:
            return None
        return self.seconds_to_sent[max(0, math.ceil(share * len(self.seconds_to_sent)) - 1)]


def read_figures(
    engine: Engine, checklists: Collection[str], since: datetime, until: datetime
) -> Mapping[str, ServiceFigures]:
    """Return the figures of checklists from `since` to before `until`, by the checklist's id."""
    by_checklist = {name: ServiceFigures() for name in checklists}
    with db.reading(engine) as connection:
        for name, figures in by_checklist.items():
            _count_walks(connection, name, db.stamp(since), db.stamp(until), figures)
        _count_tickets(connection, db.stamp(since), db.stamp(until), by_checklist)
    for figures in by_checklist.values():
        figures.seconds_to_sent.sort()
    return by_checklist


def sum_figures(rows: Iterable[ServiceFigures]) -> ServiceFigures:
    """Return the figures of several checklists together."""
    total = ServiceFigures()
    for row in rows:
        total.begun += row.begun
        total.solved += row.solved
        total.sent += row.sent
        total.complete += row.complete
        total.questions += row.questions
        total.seconds_to_sent += row.seconds_to_sent
    total.seconds_to_sent.sort()
    return total


def _count_walks(
    connection: Connection, checklist: str, since: str, until: str, figures: ServiceFigures
) -> None:
    walk = db.walks.c
    rows = connection.execute(
        select(walk.outcome, func.count())
        .where(walk.checklist_id == checklist, walk.started_at >= since, walk.started_at < until)
        .group_by(walk.outcome)
    ).all()
    counts: dict[str | None, int] = {row[0]: row[1] for row in rows}
    figures.begun, figures.solved = sum(counts.values()), counts.get("solved", 0)


def _count_tickets(
    connection: Connection, since: str, until: str, by_checklist: Mapping[str, ServiceFigures]
) -> None:
    ticket, walk = db.tickets.c, db.walks.c
    sent = (
        select(
            ticket.reference,
            ticket.created_at,
            walk.started_at,
            walk.checklist_id,
            (ticket.asked == ticket.answered).label("is_whole"),
        )
        .join(db.walks, walk.id == ticket.draft_id)
        .where(ticket.created_at >= since, ticket.created_at < until)
        .order_by(ticket.created_at.desc())
        .limit(MAX_TICKETS)
    )
    questions = _questions(connection, sent)
    for row in connection.execute(sent):
        figures = by_checklist.get(row.checklist_id)
        if figures is None:
            continue
        figures.sent += 1
        figures.questions += questions[row.reference]
        figures.complete += bool(row.is_whole) and not questions[row.reference]
        took_s = (db.moment(row.created_at) - db.moment(row.started_at)).total_seconds()
        figures.seconds_to_sent.append(max(took_s, 0.0))  # the clock may have been set back


def _questions(
    connection: Connection, sent: Select[str, str, str, str, bool]
) -> defaultdict[str, int]:
    """
    Return how many questions support sent back for each ticket; tickets without
    questions have 0.
    """
    entry, tickets = db.ticket_entries.c, sent.subquery()
    rows = connection.execute(
        select(entry.reference, func.count())
        .join(tickets, tickets.c.reference == entry.reference)
        .where(entry.kind == "question")
        .group_by(entry.reference)
    ).all()
    return defaultdict(int, {row[0]: row[1] for row in rows})
