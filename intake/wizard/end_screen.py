"""The screen of a checklist's own end: without a ticket, or handed over to a person."""

from __future__ import annotations

import streamlit as st

from intake.bootstrap import services
from intake.drafts import DraftClosed
from intake.journey import End, fill_step
from intake.ui import actions, address
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard import footer, handover
from intake.wizard.case import Case, find_case


def draw(case: Case, ending: End) -> None:
    """Draw why it ends here, with buttons for "solved" and for a person."""
    language = case.language
    ending = fill_step(case.journey, ending)
    text = escape_markdown(ending.text.in_(language)) if ending.text else ""
    if ending.end == "hand-over":
        if text:
            st.info(text)
        handover.draw(case, back_to=footer.previous(case, None))
        return
    st.header(words("ended_title", language), anchor=False)
    if text:
        st.write(text)
    st.write(words("ended_body", language))
    actions.button(
        words("works_now", language),
        key="end-works_now",
        type="primary",
        width="stretch",
        on_click=_solve,
        args=(case.token,),
    )
    actions.button(
        words("ended_person", language),
        key="end-ended_person",
        width="stretch",
        on_click=address.show,
        args=("person",),
    )
    footer.draw(case, None)


def _solve(token: str) -> None:
    case = find_case(token)
    if case is None:
        return
    try:
        services().drafts.set_status(case.id, "solved")
    except DraftClosed:
        # Sent from another tab; the redrawn page shows it.
        return
