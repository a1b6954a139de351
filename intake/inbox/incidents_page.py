"""Incidents for staff: proposed ones, open ones, and the messages to customers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from diagnostics.texts import LANGUAGES, Language
from intake.accounts.rights import Right
from intake.bootstrap import services
from intake.incidents import Incident, IncidentProposal, IncidentTaken, text_in
from intake.ui import actions, session, visitor
from intake.ui.frame import draw_header
from intake.ui.markdown_escape import escape_markdown
from intake.ui.relative_time import time_ago
from intake.ui.site_path import site_path
from intake.ui.staff_actions import staff_action
from intake.ui.staff_links import draw_name_link, draw_staff_links
from intake.ui.texts import words

_PROBLEM: Final = "incidents-problem"
_NOTIFIED: Final = "incidents-told"
_MOST_LINKS: Final = 5
_OWN: Final = "own"


def draw() -> None:
    """Draw the page."""
    language = visitor.staff_language()
    draw_header(language, "incidents")
    with st.container(key="incidents"):
        _draw_head(language)
        proposals, going = services().incidents.proposals(), services().incidents.open()
        if not proposals and not going:
            st.caption(words("incidents_none", language))
        for proposal in proposals:
            _draw_proposal(proposal, language)
        if going:
            st.subheader(words("incidents_going", language), anchor=False)
        for incident in going:
            _draw_open(incident, language)
        if _may_work():
            with st.expander(words("incidents_own", language), type="compact"):
                _draw_texts(_OWN, "text", language)
                _draw_confirm(None, _OWN, language)
        _draw_ended(language)


def _draw_head(language: Language) -> None:
    st.header(words("incidents_title", language), anchor=False)
    with st.container(key="incidents-links", horizontal=True):
        draw_staff_links(language, "/incidents")
        if visitor.may(Right.WORK) and not visitor.staff_name():
            draw_name_link(language, f"/incidents?lang={language}")
    if problem := session.value(_PROBLEM):
        st.warning(words(f"incidents_{problem}", language))
    if (notified_count := session.value(_NOTIFIED)) is not None:
        st.info(words("incidents_told", language, count=notified_count))


def _draw_proposal(proposal: IncidentProposal, language: Language) -> None:
    key = _key_of(proposal)
    with st.container(key=f"proposal-{key}", border=True):
        st.subheader(words("incidents_proposed", language), anchor=False)
        _draw_facts(proposal, language)
        since = time_ago(proposal.since, language)
        counts = words("incidents_counts", language, customers=proposal.customers, since=since)
        st.caption(counts)
        _draw_tickets(key, proposal.references, language)
        if not _may_work():
            return
        _draw_texts(key, "text", language)
        with st.container(key=f"decide-{key}", horizontal=True):
            _draw_confirm(proposal, key, language)
            actions.button(
                words("incidents_decline", language),
                key=f"decline-{key}",
                type="tertiary",
                on_click=_decline,
                args=(proposal,),
            )


def _draw_open(incident: Incident, language: Language) -> None:
    with st.container(key=f"incident-{incident.id}", border=True):
        st.markdown(f"**{escape_markdown(text_in(incident.text, language))}**")
        if incident.value:
            _draw_facts(incident, language)
        store = services().incidents
        waiting = words("incidents_waiting", language, count=store.count(incident))
        opened = time_ago(incident.opened_at, language)
        st.caption(f"{waiting} · {opened}, {escape_markdown(incident.opened_by, limit=80)}")
        _draw_tickets(incident.id, store.references(incident, _MOST_LINKS), language)
        if not _may_work():
            return
        # A default for customers in whose language nobody writes a text.
        usual: dict[str, str] = {
            spoken: words("incidents_usual_end", spoken) for spoken in LANGUAGES
        }
        _draw_texts(incident.id, "end", language, usual)
        actions.button(
            words("incidents_close", language),
            key=f"close-{incident.id}",
            type="primary",
            collect=partial(_texts, incident.id, "end"),
            on_click=_close,
            args=(incident.id,),
        )
        with st.expander(words("incidents_reword", language), type="compact"):
            _draw_texts(incident.id, "text", language, incident.text)
            actions.button(
                words("incidents_reword", language),
                key=f"reword-{incident.id}",
                collect=partial(_texts, incident.id, "text"),
                on_click=_reword,
                args=(incident.id,),
            )


def _draw_ended(language: Language) -> None:
    ended = services().incidents.closed()
    if not ended:
        return
    st.subheader(words("incidents_ended", language), anchor=False)
    for incident in ended:
        when = time_ago(incident.closed_at or incident.opened_at, language)
        line = words(
            "incidents_ended_line",
            language,
            text=text_in(incident.text, language),
            when=when,
            name=incident.closed_by,
        )
        st.markdown(escape_markdown(line, limit=700))


def _draw_facts(shared: IncidentProposal | Incident, language: Language) -> None:
    """Draw the cause in words, and what the tickets have in common."""
    title = services().tickets.causes().get(shared.cause_code)
    cause = title.in_(language) if title else shared.cause_code
    line = words(f"incidents_{shared.same}", language, cause=cause, thing=shared.subject)
    st.markdown(escape_markdown(line, limit=400))


def _draw_tickets(key: str, references: list[str] | tuple[str, ...], language: Language) -> None:
    with st.container(key=f"tickets-{key}", horizontal=True):
        for reference in references[:_MOST_LINKS]:
            page = site_path(f"/inbox?ticket={reference}&lang={language}")
            st.link_button(reference, page, type="tertiary")


def _draw_texts(
    key: str, what: str, language: Language, before: Mapping[str, str] | None = None
) -> None:
    for spoken in sorted(LANGUAGES, key=lambda name: name != language):
        field = f"incident-{what}-{spoken}-{key}"
        if before is not None and session.value(field) is None:
            session.set_value(field, before.get(spoken, ""))
        st.text_area(
            words(f"incidents_{what}_{spoken}", language),
            key=field,
            height=100,
            max_chars=500,
            help=words("incidents_text_help", language) if what == "text" else None,
        )


def _draw_confirm(proposal: IncidentProposal | None, key: str, language: Language) -> None:
    actions.button(
        words("incidents_confirm", language),
        key=f"confirm-{key}",
        type="primary",
        collect=partial(_texts, key, "text"),
        on_click=_confirm,
        args=(proposal, key),
    )


def _texts(key: str, what: str) -> dict[str, str]:
    typed = {
        # Joined to one line, as all pages and mails need it.
        spoken: " ".join(str(session.value(f"incident-{what}-{spoken}-{key}") or "").split())
        for spoken in LANGUAGES
    }
    return {spoken: text for spoken, text in typed.items() if text}


@staff_action(
    "incident.open", about=lambda proposal, *_: proposal.value if proposal else "announced"
)
def _confirm(proposal: IncidentProposal | None, key: str, text: Mapping[str, str]) -> None:
    if not _is_written(text):
        return
    try:
        services().incidents.confirm(proposal, text, visitor.staff_name())
    except IncidentTaken:
        session.set_value(_PROBLEM, "taken")
        return
    services().notices.forget()
    for spoken in LANGUAGES:
        session.set_value(f"incident-text-{spoken}-{key}", "")


@staff_action("incident.decline", about=lambda proposal: proposal.value)
def _decline(proposal: IncidentProposal) -> None:
    session.set_value(_PROBLEM, None)
    try:
        services().incidents.decline(proposal, visitor.staff_name())
    except IncidentTaken:
        session.set_value(_PROBLEM, "taken")


@staff_action("incident.reword", about=lambda incident_id, _: incident_id)
def _reword(incident_id: str, text: Mapping[str, str]) -> None:
    if _is_written(text):
        services().incidents.reword(incident_id, text)
        services().notices.forget()


@staff_action("incident.close", about=lambda incident_id, _: incident_id)
def _close(incident_id: str, text: Mapping[str, str]) -> None:
    if not _is_written(text):
        return
    try:
        count = services().incidents.close(incident_id, text, visitor.staff_name())
        session.set_value(_NOTIFIED, count)
    except IncidentTaken:
        session.set_value(_PROBLEM, "taken")
    services().notices.forget()


def _may_work() -> bool:
    return bool(visitor.staff_name()) and visitor.may(Right.WORK)


def _is_written(text: Mapping[str, str]) -> bool:
    session.set_value(_NOTIFIED, None)
    session.set_value(_PROBLEM, None if text else "need_text")
    return bool(text)


def _key_of(proposal: IncidentProposal) -> str:
    kept = "".join(char if char.isalnum() else "-" for char in proposal.value)
    return f"{proposal.same}-{kept}"[:120]
