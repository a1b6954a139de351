"""The form for a new checklist or section: a name, and a valid text to begin with."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import CompleteLanguage, Language
from intake.bootstrap import services
from intake.journey import Hint
from intake.publishing import CopyChanged, is_name, text_of_new
from intake.ui import actions, address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_NAME = "add-name"


def draw(language: Language) -> None:
    """Draw the form; a name that isn't allowed gets an explanation."""
    with st.expander(words("studio_add", language)), st.form("add", border=False):
        st.text_input(
            words("studio_add_name", language),
            help=None,
            placeholder="mail-not-arriving",
            key=_NAME,
            max_chars=80,
        )
        st.caption(words("studio_add_help", language))
        refused = session.hint("add")
        if isinstance(refused, Hint):
            st.warning(escape_markdown(refused.text))
        actions.submit_button(
            words("studio_add_create", language), key="add-create", on_click=_add, args=(language,)
        )


@staff_action("checklist.begin", about=lambda _: (session.value(_NAME) or "").strip())
def _add(language: Language) -> None:
    name = (session.value(_NAME) or "").strip()
    problem = _begin(name, language)
    session.set_hint("add", Hint("name", problem, can_insist=False) if problem else None)
    if not problem:
        address.open_file(name)


def _begin(name: str, language: Language) -> str:
    """Begin the file; return what is wrong with the name, or ""."""
    publisher = services().publisher
    if not is_name(name):
        return words("studio_add_bad", language)
    if publisher.open(name) is not None:
        return words("studio_add_taken", language, name=name)
    has_contact = "sections/contact" in publisher.folder.sections()
    try:
        chosen: CompleteLanguage = "ru" if language == "ru" else "en"
        text = text_of_new(name, has_contact=has_contact, language=chosen, place="studio")
        publisher.begin(name, text)
    except CopyChanged:
        return words("studio_add_taken", language, name=name)
    return ""
