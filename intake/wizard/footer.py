"""Below every question: Back, the way to a person, the link to continue elsewhere."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import screens
from intake.ui import actions, address, session
from intake.ui.relative_time import drafts_kept_for
from intake.ui.texts import words
from intake.wizard.case import Case

_LINK = "link-shown"


def draw(case: Case, step_id: str | None) -> None:
    """Draw the bottom row; `step_id` is the question on screen, None on the review."""
    language = case.language
    with st.container(key="bottom", horizontal=True):
        actions.button(
            words("back", language),
            key="back",
            type="tertiary",
            on_click=_go_back,
            args=(previous(case, step_id), language),
        )
        actions.button(
            words("person", language), key="person", type="tertiary", on_click=_ask_for_person
        )


def draw_link(case: Case) -> None:
    """Draw the button for the draft's link, and the link after a click."""
    language = case.language
    actions.button(
        words("link_title", language), key="link", type="tertiary", on_click=_toggle_link
    )
    if session.value(_LINK):
        st.caption(words("link_body", language, time=drafts_kept_for(language)))
        address_of_draft = f"{services().settings.base_url}/?case={case.token}"
        st.code(address_of_draft, language=None, wrap_lines=True)


def previous(case: Case, step_id: str | None) -> str | None:
    """
    Return the id of the first step of the previous screen, or None at the first screen.

    A screen that the journey doesn't reach now (an advice whose cause is being measured again)
    comes after all answered ones.
    """
    all_screens = screens(case.journey)
    named = [any(step.id == step_id for step in screen) for screen in all_screens]
    if step_id is None:
        before = all_screens
    elif any(named):
        before = all_screens[: named.index(True)]
    else:
        answers = case.stored.draft.answers
        before = tuple(screen for screen in all_screens if screen[0].id in answers)
    return before[-1][0].id if before else None


def _go_back(to: str | None, language: Language) -> None:
    session.unpin()
    if to is None:
        address.leave_case(language)
    else:
        address.go_to(to)


def _ask_for_person() -> None:
    session.unpin()
    address.show("person")


def _toggle_link() -> None:
    session.set_value(_LINK, not session.value(_LINK))
