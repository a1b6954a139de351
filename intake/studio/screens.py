"""The studio: the list of checklists, or one of them."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.publishing import DESK
from intake.studio import editor, file_list, marks, publishing, side_panel
from intake.ui import actions, address, visitor
from intake.ui.frame import draw_header
from intake.ui.markdown_escape import escape_markdown
from intake.ui.site_path import site_path
from intake.ui.texts import words

_LONGEST_KEY = 80


def draw() -> None:
    """Draw the studio."""
    language = visitor.staff_language()
    name = address.file()
    screen = name.replace("/", "-")[:_LONGEST_KEY] if name else "list"
    draw_header(language, f"studio-{screen}")
    with st.container(key="studio-open" if name else "studio"):
        if name is None:
            _draw_head(words("studio_title", language), language, is_open=False)
            file_list.draw(language)
        else:
            _draw_file(name, language)


def _draw_head(title: str, language: Language, *, is_open: bool) -> None:
    """Draw the title, and links elsewhere, in one row."""
    with st.container(key="studio-head", horizontal=True, vertical_alignment="center"):
        st.header(escape_markdown(title, limit=120), anchor=False, width="stretch")
        if is_open:
            actions.button(
                words("studio_to_list", language),
                key="to-checklists",
                type="tertiary",
                on_click=address.open_file,
                args=(None,),
            )
        st.link_button(
            words("to_inbox", language), site_path(f"/inbox?lang={language}"), type="tertiary"
        )


def _draw_file(name: str, language: Language) -> None:
    open_file = editor.load(name)
    if open_file is None:
        _draw_head(words("studio_title", language), language, is_open=True)
        st.write(words("studio_missing", language, name=escape_markdown(name, limit=80)))
        return
    _draw_head(f"{name}.yaml" if name == DESK else name, language, is_open=True)
    left, right = st.columns([1, 1], gap="large")
    with left:
        editor.draw(open_file, language)
        marks.draw(open_file, language)
        publishing.draw(open_file, language)
        editor.draw_tools(open_file, language)
    with right:
        side_panel.draw(open_file, language)
