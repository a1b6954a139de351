"""The promised time of an answer to a draft or ticket, by the department's hours."""

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
    """Return when a draft sent now is answered at the latest, or None if nothing is promised."""
    minutes, hours = services().settings.answer_within_minutes, checklist.desk.hours
    if minutes is None:
        return None
    if hours is None:
        return now + timedelta(minutes=minutes)
    return hours.answer_by(
        now, minutes, queue=queue(checklist, draft), priority=priority(checklist, draft)
    )


def expected_answer(case: Case) -> str:
    """Return sentences about the draft's urgency and the time of an answer; may be ""."""
    now, sentences = datetime.now(UTC), []
    if is_urgent(case):
        sentences.append(words("review_urgent", case.language))
    if (at := promised_for(case.checklist, case.stored.draft, now)) is not None:
        sentences.append(_promise_text(case, at, now))
    return " ".join(sentences)


def is_urgent(case: Case) -> bool:
    """Check whether the draft has the department's highest priority."""
    return priority(case.checklist, case.stored.draft) == _most_urgent(case.checklist)


def promised_answer(case: Case, ticket: Ticket) -> str:
    """Return sentences about the ticket's urgency and promised time; "" once it was answered."""
    if not is_promise_open(ticket):
        return ""
    language, hours = case.language, case.checklist.desk.hours
    sentences = []
    if hours is not None and hours.is_always_open(ticket.queue, ticket.priority):
        sentences.append(words("sent_always", language))
    elif ticket.priority == _most_urgent(case.checklist):
        sentences.append(words("sent_urgent", language))
    if ticket.answer_by is not None:
        sentences.append(_promise_text(case, ticket.answer_by, datetime.now(UTC)))
    return " ".join(sentences)


def _most_urgent(checklist: Checklist) -> str:
    return next(iter(checklist.desk.priorities), get_args(Priority)[0])


def _promise_text(case: Case, at: datetime, now: datetime) -> str:
    return promise_in_words(
        at,
        case.language,
        # A draft begun without a script has no time zone, but this browser has one.
        reader=read_zone(case.stored.draft.environment.timezone) or visitor.browser_zone(),
        default_zone=ZoneInfo(services().settings.timezone),
        now=now,
    )
