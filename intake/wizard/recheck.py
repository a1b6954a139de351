"""
"Check again": the advice stays while its cause is measured again, then shows what changed.

While a check runs, the journey knows no cause and would go on to another question. The address
contains the advice that is being checked and the earlier cause, so a reload keeps the place.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from diagnostics import Finding, finding_text
from intake.bootstrap import services
from intake.journey import Check, CheckRun, Tell, cause_of_advice, fill_step
from intake.ui import actions, address, player
from intake.ui.markdown_escape import escape_markdown
from intake.ui.step_actions import StepAction
from intake.ui.texts import words
from intake.wizard import check_progress, footer
from intake.wizard.case import Case, find_case, save_answer
from intake.wizard.due_checks import measure_again

RecheckResult = Literal["same", "other", "healthy", "unknown"]


def begin(case: Case, step: Tell) -> None:
    """Measure the advice's cause again, and stay at the advice."""
    cause = cause_of_advice(case.journey, step)
    check, run = _check(case, step)
    if check is None or run is None:
        return
    measure_again(case, check, run)
    address.go_to_recheck(step.id, cause.code if cause else "")


def step_of(case: Case) -> Tell | None:
    """Return the advice that is being checked again, or None."""
    # "" counts: it means that no cause was known before.
    if address.cause_before() is None:
        return None
    step = case.checklist.by_id.get(address.step() or "")
    return step if isinstance(step, Tell) and step.about else None


def draw(case: Case, step: Tell) -> None:
    """Draw that the check runs, or afterwards what changed, with the fitting buttons."""
    language = case.language
    player.draw_progress(case.journey, language)
    _, run = _check(case, step)
    if run is not None and run.state == "running":
        st.header(words("recheck_running", language), anchor=False)
        st.write(words("recheck_stay", language))
    else:
        _draw_result(case, step)
    check_progress.draw(case)
    footer.draw(case, step.id)
    footer.draw_link(case)


def compare(before: str, run: CheckRun | None, cause: Finding | None) -> RecheckResult:
    """Compare the earlier cause (a code or "") with the new result."""
    if run is None or run.state != "done":
        return "unknown"
    if cause is None:
        return "healthy"
    return "same" if cause.code == before else "other"


def _draw_result(case: Case, step: Tell) -> None:
    language = case.language
    _, run = _check(case, step)
    cause = cause_of_advice(case.journey, step)
    result = compare(address.cause_before() or "", run, cause)
    title = escape_markdown(finding_text(cause, language).title) if cause else ""
    with st.container(key=f"recheck-{result}"):
        st.header(words(f"recheck_{result}", language), anchor=False)
        st.write(words(f"recheck_{result}_body", language, title=title))
    if result == "same":
        player.draw_moves(case.journey, fill_step(case.journey, step), language)
    for place, way in enumerate(_ways(result, step)):
        actions.button(
            words(_label(result, way), language),
            key=f"{way}-{step.id}",
            type="secondary" if place else "primary",
            width="stretch",
            on_click=_choose,
            args=(case.token, step, way),
        )


def _ways(result: RecheckResult, step: Tell) -> list[StepAction]:
    """Return the actions; "works now" is offered only if it was measured to work."""
    if result == "healthy":
        return ["works_now", "still_broken"]
    # The label differs if the advice asked whether the problem is solved.
    continue_action: StepAction = "still_broken" if step.solved == "offer" else "go_on"
    return ["go_on" if result == "other" else continue_action, "check_again"]


def _label(result: RecheckResult, way: StepAction) -> str:
    """Return the text key of a button; "still broken" has its own key after a healthy result."""
    return "recheck_not_for_me" if (result, way) == ("healthy", "still_broken") else way


def _choose(token: str, step: Tell, way: StepAction) -> None:
    case = find_case(token)
    if case is None:
        return
    is_reached = any(entry.step.id == step.id for entry in case.journey.visible)
    if way == "check_again":
        begin(case, step)
    elif way == "works_now" and case.stored.status == "open":
        services().drafts.set_status(case.id, "solved")
    elif is_reached:
        save_answer(token, step, "go-on")
    else:  # the cause has changed, so the journey continues elsewhere
        following = case.journey.next
        address.go_to(following.id if following else None)


def _check(case: Case, step: Tell) -> tuple[Check | None, CheckRun | None]:
    """Return the check that the advice is about, and its run."""
    check = next((check for check in case.checklist.checks if check.id == step.about), None)
    return check, case.journey.run_of(check.id) if check else None
