"""By when somebody answers a draft or a ticket, by the department's hours; said to its customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from intake.bootstrap import services
from intake.journey import Checklist, Draft, priority, queue
from intake.journey.model import Priority
from intake.tickets import Ticket
from intake.tickets.conversation import is_promise_open
from intake.tickets.render.formats import read_zone
from intake.tickets.render.promise import promise_in_words
from intake.ui import visitor
from intake.ui.texts import words
from intake.wizard.case import Case


def promised_for(checklist: Checklist, draft: Draft, now: datetime) -> datetime | None:
    """By when a draft is answered if it is sent now; None where nothing is promised."""
    minutes, hours = services().settings.answer_within_minutes, checklist.desk.hours
    if minutes is None:
        return None
    if hours is None:
        return now + timedelta(minutes=minutes)
    return hours.answer_by(
        now, minutes, queue=queue(checklist, draft), priority=priority(checklist, draft)
    )


def expected_answer(case: Case) -> str:
    """That the draft is urgent, and by when it is answered if it is sent now; may be empty."""
    now, sentences = datetime.now(UTC), []
    if is_urgent(case):
        sentences.append(words("review_urgent", case.language))
    if (at := promised_for(case.checklist, case.stored.draft, now)) is not None:
        sentences.append(_in_words(case, at, now))
    return " ".join(sentences)


def is_urgent(case: Case) -> bool:
    """Whether the draft as it is now, said or measured, has the department's highest priority."""
    return priority(case.checklist, case.stored.draft) == _most_urgent(case.checklist)


def promised_answer(case: Case, ticket: Ticket) -> str:
    """What was promised at sending, and whether it is urgent; empty once somebody has answered."""
    if not is_promise_open(ticket):
        return ""
    language, hours = case.language, case.checklist.desk.hours
    sentences = []
    if hours is not None and hours.is_always_open(ticket.queue, ticket.priority):
        sentences.append(words("sent_always", language))
    elif ticket.priority == _most_urgent(case.checklist):
        sentences.append(words("sent_urgent", language))
    if ticket.answer_by is not None:
        sentences.append(_in_words(case, ticket.answer_by, datetime.now(UTC)))
    return " ".join(sentences)


def _most_urgent(checklist: Checklist) -> str:
    return next(iter(checklist.desk.priorities), get_args(Priority)[0])


def _in_words(case: Case, at: datetime, now: datetime) -> str:
    return promise_in_words(
        at,
        case.language,
        # A draft that was begun without a script doesn't know it, this browser does.
        reader=read_zone(case.stored.draft.environment.timezone) or visitor.browser_zone(),
        default_zone=ZoneInfo(services().settings.timezone),
        now=now,
    )
