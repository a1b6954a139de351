"""Notices of outages that staff confirmed, on the screens of customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.incidents import Notice
from intake.tickets import compose_ticket
from intake.tickets.shared_infrastructure import shared_infrastructure
from intake.ui import actions, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.site_path import site_path
from intake.ui.texts import words
from intake.wizard.case import Case

_HIDDEN = "incidents-hidden"


def draw(language: Language) -> None:
    """Draw each current notice that the visitor hasn't hidden as "something else"."""
    _draw(services().notices.current(language), language)


def draw_for_cause(case: Case) -> None:
    """Draw the notices about a cause measured here, on infrastructure that this case shares."""
    notices = services().notices
    if not notices.has_causes:
        return
    draft = compose_ticket(case.checklist, case.stored.draft, reference="", now=datetime.now(UTC))
    values = {value for _, value in shared_infrastructure(draft)}
    _draw(notices.about(values, case.language), case.language)


def _draw(notices: Iterable[Notice], language: Language) -> None:
    hidden = frozenset(session.value(_HIDDEN) or ())
    visible = [notice for notice in notices if _name(notice) not in hidden]
    for place, notice in enumerate(visible):
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
