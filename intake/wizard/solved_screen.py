"""The screen of a problem solved without a ticket."""

from __future__ import annotations

import streamlit as st

from intake.bootstrap import services
from intake.drafts import DraftClosed
from intake.journey import Tell
from intake.ui import actions, address
from intake.ui.texts import words
from intake.wizard.case import Case, find_case, save_answer


def draw(case: Case) -> None:
    """Draw that it is solved, with a button to go on if it did not last."""
    language = case.language
    st.header(words("solved_title", language), anchor=False)
    st.write(words("solved_body", language))
    actions.button(
        words("solved_reopen", language),
        key="reopen",
        width="stretch",
        on_click=_reopen,
        args=(case.token,),
    )


def _reopen(token: str) -> None:
    case = find_case(token)
    if case is None:
        return
    try:
        services().drafts.set_status(case.id, "open")
    except DraftClosed:
        return
    # The advice that solved it gets another answer, else the journey would end there again.
    address.go_to(None)
    for reached in case.journey.visible:
        if isinstance(reached.step, Tell) and reached.answer and reached.answer.value == "solved":
            save_answer(token, reached.step, "go-on")
