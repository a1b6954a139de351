"""What stands at the bottom of every question: Back, a person, the link to continue elsewhere."""

from __future__ import annotations

import streamlit as st

from intake.bootstrap import services
from intake.ui import address, session
from intake.ui.texts import words
from intake.wizard.case import Case

_LINK = "link-shown"


def draw(case: Case, step_id: str | None) -> None:
    """Draw the bottom row; `step_id` is the question on screen, None on the review."""
    back_to = previous(case, step_id)
    language = case.language
    with st.container(key="bottom", horizontal=True):
        back = st.button(
            words("back", language), key="back", type="tertiary", on_click=_back, args=(back_to,)
        )
        wants_person = st.button(
            words("person", language), key="person", type="tertiary", on_click=_person
        )
    if (back or wants_person) and not session.take_handled():
        _back(back_to) if back else _person()
        st.rerun()


def link(case: Case) -> None:
    """The draft's link, shown when it is asked for."""
    asked = st.button(
        words("link_title", case.language), key="link", type="tertiary", on_click=_toggle_link
    )
    if asked and not session.take_handled():
        _toggle_link()
    if session.value(_LINK):
        st.caption(words("link_body", case.language))
        address_of_draft = f"{services().settings.base_url}/?case={case.token}"
        st.code(address_of_draft, language=None, wrap_lines=True)


def _toggle_link() -> None:
    session.mark_handled()
    session.keep_in_step(_LINK, not session.value(_LINK))


def previous(case: Case, step_id: str | None) -> str | None:
    """The screen before this one; None at the first."""
    shown = [reached.step.id for reached in case.journey.visible if not reached.silent]
    if step_id is None:
        return shown[-1] if shown else None
    place = shown.index(step_id) if step_id in shown else 0
    return shown[place - 1] if place else None


def _back(to: str | None) -> None:
    session.mark_handled()
    session.unpin()
    if to is None:
        address.leave_case()
    else:
        address.go_to(to)


def _person() -> None:
    session.mark_handled()
    session.unpin()
    address.show("person")
