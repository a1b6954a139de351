"""Chooses the customer's screen from the address and the draft."""

from __future__ import annotations

from functools import partial

from intake.bootstrap import services
from intake.journey import Ask, Tell
from intake.ui import address, masked_secrets, session, visitor
from intake.ui.frame import SwitchLanguage, draw_header
from intake.wizard import (
    again,
    end_screen,
    expired_link,
    handover,
    landing,
    recheck,
    review,
    sent_screen,
    solved_screen,
    step,
)
from intake.wizard.case import Case, current_case, find_case, show_masked
from intake.wizard.due_checks import start_due_checks


def draw() -> None:
    """Draw the current screen."""
    address.note_drawn()
    token = address.case()
    # After "Start over", Back may be pressed by somebody else at the same computer.
    if token is None or session.is_declined(token):
        language = visitor.language()
        draw_header(language, landing.screen_name())
        landing.draw(language)
        return
    case = current_case(token)
    if case is None:
        language = visitor.language()
        draw_header(language, "lost")
        expired_link.draw(language)
        return
    _draw_case(case)


def ask_for_person() -> None:
    """Open the form to a person, from a page that couldn't be drawn."""
    if address.case() is None:
        landing.ask_for_person(visitor.language())
    else:
        address.show("person")


def _draw_case(case: Case) -> None:
    session.note_draft(case.token)
    switch = partial(services().drafts.set_language, case.id)
    # The status comes before the address: Back and a second tab show the number as well.
    if case.stored.status == "sent":
        draw_header(case.language, "sent")
        masked_secrets.draw(case.language)
        sent_screen.draw(case)
    elif case.stored.status == "solved":
        draw_header(case.language, "solved", switch)
        solved_screen.draw(case)
    elif address.view() == "person":
        _draw_header(case, "person", switch)
        handover.draw(case)
    else:
        _draw_step(case, switch)


def _draw_step(case: Case, switch: SwitchLanguage) -> None:
    if start_due_checks(case):
        case = find_case(case.token) or case
    if (ticket := again.earlier_ticket(case)) is not None:
        _draw_header(case, "again", switch)
        again.draw(case, ticket)
        return
    if checked := recheck.step_of(case):
        _draw_header(case, f"step-{checked.id}", switch)
        recheck.draw(case, checked)
        return
    current = _current_step(case)
    if current in case.journey.for_review and not address.wants_question():
        # Questions of the review wait for all others.
        current = None if case.journey.is_at_review else case.journey.next
    if current is None:
        session.unpin()
        _draw_end(case, switch)
        return
    screen = step.screen_with(case, current)
    _draw_header(case, f"step-{screen[0].id}", switch)
    step.draw(case, screen)


def _draw_header(case: Case, screen: str, switch: SwitchLanguage) -> None:
    draw_header(case.language, screen, switch)
    masked_secrets.draw(case.language, partial(show_masked, case.token))


def _draw_end(case: Case, switch: SwitchLanguage) -> None:
    """Draw the end: the review, or the end that the checklist names."""
    ending = case.journey.ending
    if ending is not None and ending.end != "ticket":
        _draw_header(case, f"end-{ending.end}", switch)
        end_screen.draw(case, ending)
        return
    _draw_header(case, "review", switch)
    review.draw(case)


def _current_step(case: Case) -> Ask | Tell | None:
    """Return the step in the address, else an unanswered one on screen, else the next one."""
    reached = {entry.step.id: entry.step for entry in case.journey.visible}
    named = address.step()
    if named in reached:
        return reached[named]
    pinned = session.pinned()
    for on_screen in pinned[0] if pinned else ():
        if on_screen in reached and on_screen not in case.stored.draft.answers:
            return reached[on_screen]
    return case.journey.next
