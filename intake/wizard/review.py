"""Every answer read back before sending, each one editable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import streamlit as st
from babel.dates import format_time

from intake.bootstrap import services
from intake.database import StorageError
from intake.journey import Item, Source, items, subject, what_follows
from intake.ui import address, session
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import Language, words
from intake.wizard import check_progress, footer, send_ticket
from intake.wizard.case import Case, find_case, zone

_SHOWN = 600  # characters of an answer; the whole of it goes into the ticket


def draw(case: Case) -> None:
    """What goes to support, in the order of the questions."""
    language = case.language
    st.header(words("review_title", language), anchor=False)
    with st.container(key="subject"):
        st.text(visible(subject(case.checklist, case.stored.draft, language), limit=200))
    lines = items(case.checklist, case.stored.draft, now=datetime.now(UTC))
    _draw_known(case, [line for line in lines if not _is_unknown(line)])
    _draw_unknown(case, [line for line in lines if _is_unknown(line)])
    _draw_environment(case)
    if case.journey.checks_running:
        st.caption(words("review_waiting", language))
    check_progress.draw(case, waits=False)
    if promise := answer_by(case):
        st.write(promise)
    _draw_send(case)
    footer.draw(case, None)
    footer.link(case)


def answer_by(case: Case) -> str:
    """When somebody will answer, in the customer's zone; empty where the operator says nothing."""
    minutes = services().settings.answer_within_minutes
    if minutes is None:
        return ""
    at = datetime.now(zone(case)) + timedelta(minutes=minutes)
    return words("answer_by", case.language, time=format_time(at, "HH:mm", locale=case.language))


def _draw_known(case: Case, lines: list[Item]) -> None:
    clicked = None
    editable = {reached.step.id for reached in case.journey.visible}
    follows = what_follows(case.checklist, case.stored.draft)
    with st.container(key="review"):
        for line in lines:
            with st.container(key=f"row-{line.id}", horizontal=True, vertical_alignment="top"):
                _draw_line(line, case.language, follows.get(line.id, {}))
                if line.id in editable and _edit(case, line):
                    clicked = line.id
    if clicked and not session.take_handled():
        edit(clicked)
        st.rerun()


def _draw_unknown(case: Case, lines: list[Item]) -> None:
    if not lines:
        return
    labels = ", ".join(escape_markdown(line.label.in_(case.language)) for line in lines)
    st.caption(words("not_known", case.language, labels=labels))


def _draw_environment(case: Case) -> None:
    """What the customer's own request told: shown, so that nothing goes along unseen."""
    told = case.stored.draft.environment
    facts = [fact for fact in (told.browser, told.os, told.timezone, told.ip) if fact]
    if facts:
        shown = escape_markdown(", ".join(facts), limit=200)
        st.caption(words("environment", case.language, facts=shown))


def _edit(case: Case, line: Item) -> bool:
    return st.button(
        words("edit", case.language),
        key=f"edit-{line.id}",
        type="tertiary",
        on_click=edit,
        args=(line.id,),
    )


def edit(step_id: str) -> None:
    """Go back to one question; its Next returns here."""
    session.mark_handled()
    address.go_to(step_id, as_question=True)


def _draw_line(line: Item, language: Language, follows: Mapping[str, str]) -> None:
    """The customer's own words as text: no Markdown, no links, letter by letter."""
    notes = [follows[language]] if follows else []
    if line.source is Source.CONTRADICTED and line.measured_display:
        said, measured = line.display[language], line.measured_display[language]
        notes.insert(0, words("contradiction", language, said=said, measured=measured))
    with st.container(width="stretch", gap=None):
        st.caption(escape_markdown(line.label.in_(language)))
        st.text(visible(line.display[language], limit=_SHOWN))
        for place, note in enumerate(notes):
            with st.container(key=f"contradicted-{place}-{line.id}"):
                st.text(visible(note, limit=_SHOWN))


def _is_unknown(line: Item) -> bool:
    return line.source is Source.UNKNOWN or line.answer in (None, "", [])


def _draw_send(case: Case) -> None:
    failed = session.hint("send")
    if failed:
        st.error(escape_markdown(failed.text))
    clicked = st.button(
        words("send", case.language),
        key="send",
        type="primary",
        width="stretch",
        on_click=_send,
        args=(case.token,),
    )
    if clicked and not session.take_handled():
        _send(case.token)
        st.rerun()


def _send(token: str) -> None:
    session.mark_handled()
    case = find_case(token)
    if case is None:
        return
    try:
        send_ticket.send(case, sent_as="complete")
        session.set_hint("send", None)
    except StorageError as error:
        session.set_hint("send", send_ticket.not_sent(case, error))
