"""The start page: the problems to choose from, and drafts to continue."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from diagnostics.texts import Language, drop_hidden
from intake.bootstrap import services
from intake.journey import Checklist
from intake.ui import actions, address, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard import known_incidents, own_words, person_request, proposed_start
from intake.wizard.case import Case, begin, find_case
from intake.wizard.offered_checklists import first_choices, general_checklist

_WORDS_KEY = "own-words"


@dataclass(frozen=True, slots=True)
class _UnroutedWords:
    """Own words that clearly match no checklist, the likely ones, and the number of attempts."""

    text: str
    route: own_words.Route
    turn: int = 1


def screen_name() -> str:
    """Return the screen's name for our script, which scrolls to the top after each attempt."""
    waiting = session.own_words()
    return f"landing-{waiting.turn}" if isinstance(waiting, _UnroutedWords) else "landing"


def draw(language: Language) -> None:
    """Draw drafts to continue, the checklists, the field for own words, and the way to a person."""
    known_incidents.draw(language)
    _draw_continue(language)
    if services().settings.panel_required:
        _draw_way_to_panel(language)
        return
    proposed_start.draw(language)
    waiting = session.own_words()
    st.header(words("landing_title", language), anchor=False)
    if isinstance(waiting, _UnroutedWords):
        st.info(words(_notice_of(waiting), language))
    else:
        st.caption(words("landing_note", language))
    likeliest = waiting.route.likeliest if isinstance(waiting, _UnroutedWords) else ()
    first, folded = first_choices(likeliest)
    with st.container(key="problems"):
        for name, checklist in first:
            _draw_choice(name, checklist, language)
        if folded:
            with st.expander(words("landing_more", language), type="compact"):
                for name, checklist in folded:
                    _draw_choice(name, checklist, language)
    _draw_own_words(language)
    _draw_person(language)


def _draw_way_to_panel(language: Language) -> None:
    """Draw the start page if customers must come from the panel: links to it and a person."""
    st.header(words("landing_title", language), anchor=False)
    st.write(words("panel_required", language))
    if panel := services().settings.panel_url:
        st.link_button(words("to_the_panel", language), panel, type="primary", width="stretch")
    _draw_person(language)


def _draw_person(language: Language) -> None:
    with st.container(key="bottom"):
        actions.button(
            words("person", language),
            key="person",
            type="tertiary",
            on_click=ask_for_person,
            args=(language,),
        )


def _notice_of(waiting: _UnroutedWords) -> str:
    return "own_words_empty" if waiting.route.is_empty else "own_words_unclear"


def _draw_choice(name: str, checklist: Checklist, language: Language) -> None:
    about = checklist.about.in_(language) if checklist.about else ""
    label = f"**{escape_markdown(checklist.title.in_(language))}**"
    if about:
        label += f"  \n{escape_markdown(about)}"
    actions.button(
        label, key=f"begin-{name}", width="stretch", on_click=_begin, args=(name, language)
    )


def _draw_own_words(language: Language) -> None:
    with st.form("own-words-form", border=False, enter_to_submit=False):
        st.text_area(
            words("own_words_label", language),
            key=_WORDS_KEY,
            height=100,
            placeholder=words("own_words_example", language),
        )
        actions.submit_button(
            words("next", language),
            key="own-words-next",
            width="stretch",
            on_click=_take_words,
            args=(language,),
            collect=lambda: str(session.value(_WORDS_KEY) or ""),
        )


def _take_words(language: Language, typed: str) -> None:
    """Begin the checklist that the words clearly match, or show the likely ones first."""
    text = drop_hidden(typed, keep_lines=True)[: person_request.LONGEST_WORDS]
    if not text.strip():
        session.keep_own_words(None)
        return
    route = own_words.route_of(text)
    before = session.own_words()
    turn = before.turn + 1 if isinstance(before, _UnroutedWords) else 1
    session.keep_own_words(_UnroutedWords(text, route, turn))
    if route.chosen is not None:
        _begin(route.chosen, language)


def _begin(name: str, language: Language) -> None:
    waiting = session.own_words()
    session.keep_own_words(None)
    text = waiting.text if isinstance(waiting, _UnroutedWords) else ""
    begin(name, language, answers=own_words.answers_with(name, text) if text else None)


def ask_for_person(language: Language) -> None:
    """Begin the general checklist at the form to a person."""
    waiting, general = session.own_words(), general_checklist()
    session.keep_own_words(None)
    text = waiting.text if isinstance(waiting, _UnroutedWords) else ""
    answers = own_words.answers_with(general, text) if text else None
    begin(general, language, view="person", answers=answers)


def _draw_continue(language: Language) -> None:
    """Draw the open draft of this browser, with a button to discard it on a shared computer."""
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
    """Return the open draft of this tab or browser, unless it was declined."""
    # The cookie is that of the handshake; drafts begun since then are in the session only.
    token = session.last_draft() or visitor.begun_draft()
    if not token or session.is_declined(token):
        return None
    case = find_case(token)
    return case if case is not None and case.stored.status == "open" else None


def _continue(case: Case) -> None:
    following = case.journey.next
    address.open_case(case.token, case.language, following.id if following else None)
