"""The start: what's wrong? And the way back into what this browser has begun."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.ui import actions, address, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard import proposed_start
from intake.wizard.case import Case, begin, find_case
from intake.wizard.offered_checklists import general_checklist, offered_checklists


def draw(language: Language) -> None:
    """Offer what was begun here, the checklists, the general one last, and a person."""
    _draw_continue(language)
    proposed_start.draw(language)
    st.header(words("landing_title", language), anchor=False)
    st.caption(words("landing_note", language))
    with st.container(key="problems"):
        for name, checklist in offered_checklists():
            about = checklist.about.in_(language) if checklist.about else ""
            label = f"**{escape_markdown(checklist.title.in_(language))}**"
            if about:
                label += f"  \n{escape_markdown(about)}"
            actions.button(
                label, key=f"begin-{name}", width="stretch", on_click=begin, args=(name, language)
            )
    with st.container(key="bottom"):
        actions.button(
            words("person", language),
            key="person",
            type="tertiary",
            on_click=ask_for_person,
            args=(language,),
        )


def ask_for_person(language: Language) -> None:
    """Begin the general checklist at the screen that asks for a way to reach the customer."""
    begin(general_checklist(), language, view="person")


def _draw_continue(language: Language) -> None:
    """The open draft that this browser began, and the way to be rid of it on a shared computer."""
    begun = _begun_here()
    if begun is None:
        return
    title = escape_markdown(begun.checklist.title.in_(language))
    with st.container(key="continue", gap=None):
        st.markdown(words("continue_title", language, title=title))
        with st.container(horizontal=True):
            actions.button(
                words("continue", language),
                key="continue-draft",
                type="primary",
                on_click=_continue,
                args=(begun,),
            )
            actions.button(
                words("start_over", language),
                key="start-over",
                type="tertiary",
                on_click=session.decline_draft,
                args=(begun.token,),
            )


def _begun_here() -> Case | None:
    """The draft that this tab or this browser has open, unless it was declined."""
    # The cookie is from the handshake: of what this tab began since then only the session knows.
    token = session.last_draft() or visitor.begun_draft()
    if not token or session.is_declined(token):
        return None
    case = find_case(token)
    return case if case is not None and case.stored.status == "open" else None


def _continue(case: Case) -> None:
    following = case.journey.next
    address.open_case(case.token, case.language, following.id if following else None)
