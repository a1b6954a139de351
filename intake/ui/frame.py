"""The frame of every page: the service's name, the language switch, failures."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from diagnostics.texts import LANGUAGES, Language, more_languages, served_languages, translated
from intake.bootstrap import services
from intake.ui import actions, address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.site_path import site_path
from intake.ui.texts import words

_LABELS: dict[Language, str] = {"ru": "**RU** | EN", "en": "RU | **EN**"}
_OTHER: dict[Language, Language] = {"ru": "en", "en": "ru"}
_STAFF_SCREENS = ("inbox", "studio", "figures", "incidents", "admin")
SwitchLanguage = Callable[[Language], None]


def draw_header(
    language: Language, screen: str, switch: SwitchLanguage = address.set_language
) -> None:
    """
    Draw the service's name, the language switch, and the failure of the last click.

    The container's key contains the screen and the language for our script, which moves the focus,
    announces the new screen to screen readers, and sets the document's language.
    """
    session.set_reader_language(language)
    with st.container(
        key=f"screen-{screen}-lang-{language}", horizontal=True, vertical_alignment="center"
    ):
        st.markdown(f"**{escape_markdown(services().settings.name)}**", width="stretch")
        if more_languages() and not screen.startswith(_STAFF_SCREENS):
            _draw_languages(language, switch)
        else:
            actions.button(
                _LABELS[language],
                key="language",
                type="tertiary",
                on_click=switch,
                args=(_OTHER[language],),
            )
    actions.draw_trouble(language)


def _draw_languages(language: Language, switch: SwitchLanguage) -> None:
    """Draw a button for each language except the current one."""
    for other in served_languages():
        if other != language:
            actions.button(
                other.upper(),
                key=f"language-{other}",
                type="tertiary",
                help=None,
                on_click=switch,
                args=(other,),
            )


def draw_footer(language: Language) -> None:
    """Draw the operator's links and privacy note, if they are set."""
    settings = services().settings
    if not settings.links and not settings.privacy:
        return
    with st.container(key="host"):
        if settings.privacy:
            st.caption(escape_markdown(in_language(settings.privacy, language), limit=300))
        with st.container(key="host-links", horizontal=True):
            for label, target in settings.links:
                words_of_link = escape_markdown(in_language(label, language), limit=60)
                st.link_button(words_of_link, target, type="tertiary")


def in_language(setting: str, language: Language) -> str:
    """Return one language's part of a setting such as `Terms|Условия`."""
    parts: dict[str, str] = dict(zip(LANGUAGES, setting.split("|"), strict=False))
    return translated((parts.get(language) or parts["en"]).strip(), language)


def draw_not_permitted(person: str, language: Language) -> None:
    """Draw a staff page for staff whose role lacks the right."""
    st.header(words("not_permitted_title", language), anchor=False)
    st.write(words("not_permitted_body", language, person=escape_markdown(person)))
    st.link_button(words("to_inbox", language), site_path(f"/inbox?lang={language}"))


def draw_sign_in(page: str, language: Language) -> None:
    """Draw a staff page whose session has ended while it was open."""
    st.write(words("sign_in_again", language))
    query = urlencode(st.query_params.to_dict())
    st.link_button(words("sign_in", language), site_path(f"/{page}?{query}"), type="primary")
