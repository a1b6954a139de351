"""Which screen the customer sees, computed from the address and the draft."""

from __future__ import annotations

from functools import partial

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Ask, Tell
from intake.ui import address, session, visitor
from intake.ui.frame import top
from intake.wizard import (
    advice,
    end_screen,
    expired_link,
    handover,
    landing,
    review,
    sent_screen,
    solved_screen,
    step,
)
from intake.wizard.case import Case, current_case, find_case, start_due_checks


def draw() -> None:
    """Draw the one screen that is due."""
    token = address.case()
    if token is None:
        _without_case()
        return
    case = current_case(token)
    if case is None:
        language = visitor.language()
        top(language, "lost")
        expired_link.draw(language)
        return
    _with_case(case)


def _without_case() -> None:
    language = visitor.language()
    top(language, "landing")
    landing.draw(language)


def _with_case(case: Case) -> None:
    switch = partial(_set_language, case)
    if case.stored.status == "sent":
        top(case.language, "sent", None)
        sent_screen.draw(case)
    elif case.stored.status == "solved":
        top(case.language, "solved", switch)
        solved_screen.draw(case)
    elif address.view() == "person":
        top(case.language, "person", switch)
        handover.draw(case)
    else:
        _questions(case, switch)


def _questions(case: Case, switch: partial[None]) -> None:
    if start_due_checks(case):
        case = find_case(case.token) or case
    current = _current(case)
    if current is None:
        session.unpin()
        _ended(case, switch)
        return
    top(case.language, f"step-{current.id}", switch)
    if isinstance(current, Tell):
        advice.draw(case, current)
    else:
        step.draw(case, current)


def _ended(case: Case, switch: partial[None]) -> None:
    """Nothing is left to ask: the review, or the end that the checklist names."""
    ending = case.journey.ending
    if ending is not None and ending.end != "ticket":
        top(case.language, f"end-{ending.end}", switch)
        end_screen.draw(case, ending)
        return
    top(case.language, "review", switch)
    review.draw(case)


def _current(case: Case) -> Ask | Tell | None:
    """The step gone back to, else the one on screen while it is unanswered, else the next."""
    shown = {reached.step.id: reached.step for reached in case.journey.visible}
    wanted = address.step()
    if wanted in shown:
        return shown[wanted]
    pinned = session.pinned()
    if pinned and pinned[0] in shown and pinned[0] not in case.stored.draft.answers:
        return shown[pinned[0]]
    return case.journey.next


def _set_language(case: Case, language: Language) -> None:
    services().drafts.set_language(case.id, language)
