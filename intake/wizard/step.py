"""The screen of a question or an advice, with the elements below every one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pydantic import JsonValue

from intake.bootstrap import services
from intake.journey import Ask, Hint, Screen, Tell, screen_of
from intake.ui import address, inputs, player, question_page, session
from intake.ui.step_actions import StepAction
from intake.wizard import (
    attachments,
    check_progress,
    footer,
    known_incidents,
    own_words,
    recheck,
)
from intake.wizard.case import Case, find_case, note_seen, save_answer, save_page, zone


def screen_with(case: Case, step: Ask | Tell) -> Screen:
    """Return the steps that are on one screen with this one; only itself if it is corrected."""
    if address.wants_question():
        return (step,)
    screen = screen_of(case.journey, step)
    pinned = session.pinned()
    # A question that becomes visible meanwhile must not move the others while the customer taps.
    if pinned and step.id in pinned[0]:
        return tuple(drawn for drawn in screen if drawn.id in pinned[0])
    answers = case.stored.draft.answers
    if step.id in answers:  # after Back: the page as it was answered
        return screen
    # A question that a check added to an answered page is asked alone.
    return tuple(other for other in screen if other.id not in answers)


def draw(case: Case, steps: Screen) -> None:
    """Draw a screen: an advice, a question open or for confirmation, or several questions."""
    screen = player_of(case, choose_page=partial(_choose_page, case.token))
    player.draw_progress(case.journey, case.language)
    step, *others = steps
    note_seen(case, steps)
    asked = [question for question in steps if isinstance(question, Ask)]
    if others:
        session.pin([question.id for question in asked], as_question=True)
        question_page.draw_page(screen, asked)
    elif isinstance(step, Tell):
        session.pin([step.id], as_question=False)
        known_incidents.draw_for_cause(case)
        player.draw_advice(screen, step)
    else:
        _draw_ask(case, screen, step)
    check_progress.draw(case)
    footer.draw(case, step.id)
    footer.draw_link(case)


def _draw_ask(case: Case, screen: player.Player, step: Ask) -> None:
    proposal = case.journey.proposal(step)
    as_question = proposal is None or _is_open(case, step)
    session.pin([step.id], as_question=as_question)
    if proposal is None or as_question:
        player.draw_question(screen, step)
    else:
        player.draw_confirmation(screen, step, proposal)


def _is_open(case: Case, step: Ask) -> bool:
    """Check whether a measured question is drawn open instead of for confirmation."""
    is_answered = step.id in case.stored.draft.answers
    if is_answered or address.wants_question() or step.if_measured == "note":
        return True
    # A result that arrives while the question is on screen doesn't change the screen.
    pinned = session.pinned()
    return pinned is not None and pinned == ((step.id,), True)


def player_of(case: Case, *, choose_page: player.ChoosePage) -> player.Player:
    """Return the player of a customer's screens; `choose_page` handles a page of questions."""
    return player.Player(
        case.journey,
        case.language,
        zone(case),
        choose=partial(_choose, case.token),
        choose_page=choose_page,
        hint=session.hint,
        draw_attached=partial(attachments.draw_kept, case),
        prefill=partial(own_words.prefill_of, case),
    )


def _choose(token: str, step: Ask | Tell, way: StepAction, typed: JsonValue) -> None:
    """Handle a click on one of a step's actions."""
    # Read again: another tab or a check may have changed the draft since the button was drawn.
    case = find_case(token)
    if case is None:
        return
    if way == "confirm_other":
        address.go_to(step.id, as_question=True)
    elif isinstance(step, Tell) and way == "check_again":
        recheck.begin(case, step)
    elif isinstance(step, Ask) and inputs.widget_of(step.kind).uploads and way == "next":
        _keep_files(case, step, typed)
    else:
        if way == "works_now" and case.stored.status == "open":
            services().drafts.set_status(case.id, "solved")
        raw = player.raw_answer(case.journey, step, way, typed)
        save_answer(token, step, raw, insisted=way == "keep_as_is")


def _choose_page(token: str, steps: Sequence[Ask], way: StepAction, typed: player.Typed) -> None:
    keep_page(token, steps, typed, insisted=way == "keep_as_is")


def keep_page(
    token: str, steps: Sequence[Ask], typed: player.Typed, *, insisted: bool = False
) -> bool:
    """Store the answers of a page; return False if a hint is to be shown first."""
    raw = {step.id: question_page.raw_answer(step, typed) for step in steps}
    case = find_case(token)
    if case is None:
        return False
    refused: dict[str, Hint] = {}
    for step in steps:
        if not inputs.widget_of(step.kind).uploads:
            continue
        kept = attachments.keep(case, step, raw[step.id])
        if isinstance(kept, Hint):
            refused[step.id] = kept
        # The accepted files are the answer, even if others were refused.
        raw[step.id] = attachments.kept_of(case, step)
    return save_page(token, steps, raw, insisted=insisted, refused=refused)


def _keep_files(case: Case, step: Ask, uploaded: JsonValue) -> None:
    if step.kind == "letter":
        answered = attachments.keep_letter(case, step, uploaded)
    else:
        answered = attachments.keep(case, step, uploaded)
    if isinstance(answered, Hint):
        session.set_hint(step.id, answered)
    else:
        save_answer(case.token, step, answered)
