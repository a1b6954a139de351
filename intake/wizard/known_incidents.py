"""What is known already, before the first question: an outage that staff confirmed."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.incidents import Notice
from intake.ui import actions, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.site_path import site_path
from intake.ui.texts import words

_HIDDEN = "incidents-hidden"


def draw(language: Language) -> None:
    """Each notice, until the visitor says that theirs is something else."""
    hidden = frozenset(session.value(_HIDDEN) or ())
    notices = [
        known for known in services().notices.current(language) if _name(known) not in hidden
    ]
    for place, notice in enumerate(notices):
        with st.container(key=f"incident-{place}", border=True, gap="small"):
            title = words("incident_known", language)
            st.markdown(f"**{title}**  \n{escape_markdown(notice.text)}")
            with st.container(key=f"incident-ways-{place}", horizontal=True):
                _draw_way(notice, language)
                actions.button(
                    words("incident_different", language),
                    key=f"incident-different-{place}",
                    type="tertiary",
                    on_click=_hide,
                    args=(_name(notice),),
                )


def _draw_way(notice: Notice, language: Language) -> None:
    if notice.incident and services().sends_receipts:
        page = site_path(f"/incident/{notice.incident}?lang={language}")
        st.link_button(words("incident_tell", language), page)
    elif notice.link:
        st.link_button(words("incident_status_page", language), notice.link)


def _name(notice: Notice) -> str:
    return notice.incident or notice.text


def _hide(name: str) -> None:
    session.set_value(_HIDDEN, [*(session.value(_HIDDEN) or ()), name])
