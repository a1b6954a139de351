"""The frame around every page: where I am and the language above, our mistakes in words."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import streamlit as st
import structlog

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.ui import address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

log = structlog.get_logger(__name__)

_LABELS: dict[Language, str] = {"ru": "**RU** | EN", "en": "RU | **EN**"}
_OTHER: dict[Language, Language] = {"ru": "en", "en": "ru"}
SwitchLanguage = Callable[[Language], None]


def guarded(draw: Callable[[], None], language: Callable[[], Language]) -> None:
    """
    Draw a page; a failure of ours is logged with a number and told in words.

    The edge where every exception of a page ends: no traceback reaches a visitor.
    """
    try:
        draw()
    except Exception:
        number = secrets.token_hex(3).upper()
        log.exception("a page failed", number=number)
        reader = language()
        st.header(words("trouble_title", reader), anchor=False)
        st.write(words("trouble_body", reader, number=number))


def top(language: Language, screen: str, switch: SwitchLanguage | None = None) -> None:
    """
    Whose support this is, and the language switch.

    The container's key names the screen and the language for our script, which moves the focus,
    tells screen readers what is new, and sets the document's language.
    """
    with st.container(
        key=f"screen-{screen}-lang-{language}", horizontal=True, vertical_alignment="center"
    ):
        st.markdown(f"**{escape_markdown(services().settings.name)}**", width="stretch")
        clicked = st.button(
            _LABELS[language],
            key="language",
            type="tertiary",
            on_click=_switch,
            args=(_OTHER[language], switch),
        )
    if clicked and not session.take_handled():
        _switch(_OTHER[language], switch)
        st.rerun()


def _switch(language: Language, switch: SwitchLanguage | None) -> None:
    session.mark_handled()
    address.set_language(language)
    if switch:
        switch(language)
