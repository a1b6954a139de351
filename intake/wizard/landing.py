"""The start: what's wrong?"""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Checklist
from intake.ui import address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard.case import begin


def draw(language: Language) -> None:
    """Offer the checklists, the general one last, and a person."""
    st.header(words("landing_title", language), anchor=False)
    st.caption(words("landing_note", language))
    clicked = None
    with st.container(key="problems"):
        for name, checklist in _offered():
            about = checklist.about.in_(language) if checklist.about else ""
            label = f"**{escape_markdown(checklist.title.in_(language))}**"
            if about:
                label += f"  \n{escape_markdown(about)}"
            if _big_button(label, f"begin-{name}", name, language):
                clicked = name
    with st.container(key="bottom"):
        if st.button(
            words("person", language),
            key="person",
            type="tertiary",
            on_click=_want_person,
            args=(language,),
        ):
            clicked = "person"
    if clicked and not session.take_handled():
        _want_person(language) if clicked == "person" else _begin(clicked, language)
        st.rerun()


def _big_button(label: str, key: str, name: str, language: Language) -> bool:
    return st.button(label, key=key, width="stretch", on_click=_begin, args=(name, language))


def _offered() -> list[tuple[str, Checklist]]:
    """What customers may choose from, each in its author's place."""
    offered = [(name, one) for name, one in services().checklists.items() if one.head.offered]
    return sorted(offered, key=lambda named: (named[1].head.place, named[0]))


def _begin(name: str, language: Language) -> None:
    session.mark_handled()
    begin(name, language)


def _want_person(language: Language) -> None:
    session.mark_handled()
    checklists = services().checklists.now
    general = (name for name, checklist in checklists.items() if checklist.head.fallback)
    begin(next(general, next(iter(checklists))), language)
    address.show("person")
