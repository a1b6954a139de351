"""A question or an advice on the customer's screen, with what stands below every one."""

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
    """The steps that are on one screen with this one; alone where it is corrected."""
    if address.wants_question():
        return (step,)
    screen = screen_of(case.journey, step)
    pinned = session.pinned()
    # A question that was measured meanwhile doesn't push in between the others under the finger.
    if pinned and step.id in pinned[0]:
        return tuple(drawn for drawn in screen if drawn.id in pinned[0])
    answers = case.stored.draft.answers
    if step.id in answers:  # gone back to: the page as it was answered
        return screen
    # What a check brought to an answered page is asked alone, not with all that was said already.
    return tuple(mate for mate in screen if mate.id not in answers)


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
    """Whether a question that was measured stands open all the same."""
    is_answered = step.id in case.stored.draft.answers
    if is_answered or address.wants_question() or step.if_measured == "note":
        return True
    # A measurement that lands while the question is on screen changes nothing under the finger.
    pinned = session.pinned()
    return pinned is not None and pinned == ((step.id,), True)


def player_of(case: Case, *, choose_page: player.ChoosePage) -> player.Player:
    """The player of a customer's screens; `choose_page` takes what a page of questions holds."""
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
    """What a click on one of a step's ways on does; the draft is read anew."""
    # Read anew: since the button was drawn another tab, or a check, may have changed the draft.
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
    """Take what a page's inputs hold; False where something is to be said first."""
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
        # What of them was taken is the answer, whatever is said of the others.
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
