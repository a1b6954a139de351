"""Where a checklist ends by itself: without a ticket, or handed over to a person at once."""

from __future__ import annotations

import streamlit as st

from intake.bootstrap import services
from intake.drafts import DraftClosed
from intake.journey import End
from intake.ui import address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard import footer, handover
from intake.wizard.case import Case, find_case


def draw(case: Case, ending: End) -> None:
    """Say why it ends here, and leave both ways open."""
    if ending.end == "hand-over":
        if ending.text:
            st.info(escape_markdown(ending.text.in_(case.language)))
        handover.draw(case, back_to=footer.previous(case, None))
        return
    language = case.language
    st.header(words("ended_title", language), anchor=False)
    if ending.text:
        st.write(escape_markdown(ending.text.in_(language)))
    st.write(words("ended_body", language))
    works = _button(case, "works_now", is_first=True)
    other = _button(case, "ended_person", is_first=False)
    if (works or other) and not session.take_handled():
        _choose(case.token, "works_now" if works else "ended_person")
        st.rerun()
    footer.draw(case, None)


def _button(case: Case, name: str, *, is_first: bool) -> bool:
    return st.button(
        words(name, case.language),
        key=f"end-{name}",
        type="primary" if is_first else "secondary",
        width="stretch",
        on_click=_choose,
        args=(case.token, name),
    )


def _choose(token: str, name: str) -> None:
    session.mark_handled()
    case = find_case(token)
    if case is None:
        return
    if name == "ended_person":
        address.show("person")
        return
    try:
        services().drafts.set_status(case.id, "solved")
    except DraftClosed:
        return
