"""Every answer read back before sending, each one editable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel.dates import format_time
from sqlalchemy.exc import SQLAlchemyError

from intake.bootstrap import services
from intake.journey import Item, Source, items, subject
from intake.ui import address, session
from intake.ui.plain import plain
from intake.ui.texts import Language, words
from intake.wizard import bottom, live, sending
from intake.wizard.case import Case, find_case

_SHOWN = 600  # characters of an answer; the whole of it goes into the ticket


def draw(case: Case) -> None:
    """What goes to support, in the order of the questions."""
    language = case.language
    st.header(words("review_title", language), anchor=False)
    st.markdown(f"**{plain(subject(case.checklist, case.stored.draft, language), limit=200)}**")
    lines = items(case.checklist, case.stored.draft, now=datetime.now(UTC))
    _draw_known(case, [line for line in lines if not _is_unknown(line)])
    _draw_unknown(case, [line for line in lines if _is_unknown(line)])
    if case.journey.checks_running:
        st.caption(words("review_waiting", language))
    live.draw(case, waits=False)
    if promise := answer_by(case):
        st.write(promise)
    _draw_send(case)
    bottom.draw(case, None)
    bottom.link(case)


def answer_by(case: Case) -> str:
    """When somebody will answer, in the customer's zone; empty where the operator says nothing."""
    minutes = services().settings.answer_within_minutes
    if minutes is None:
        return ""
    at = datetime.now(_zone(case)) + timedelta(minutes=minutes)
    return words("answer_by", case.language, time=format_time(at, "HH:mm", locale=case.language))


def _zone(case: Case) -> ZoneInfo:
    try:
        return ZoneInfo(case.stored.draft.environment.timezone or services().settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(services().settings.timezone)


def _draw_known(case: Case, lines: list[Item]) -> None:
    clicked = None
    editable = {reached.step.id for reached in case.journey.visible}
    with st.container(key="review"):
        for line in lines:
            with st.container(key=f"row-{line.id}", horizontal=True, vertical_alignment="top"):
                st.markdown(_line(line, case.language), width="stretch")
                if line.id in editable and _edit(case, line):
                    clicked = line.id
    if clicked and not session.take_handled():
        edit(clicked)
        st.rerun()


def _draw_unknown(case: Case, lines: list[Item]) -> None:
    if not lines:
        return
    labels = ", ".join(plain(line.label.in_(case.language)) for line in lines)
    st.caption(words("not_known", case.language, labels=labels))


def _edit(case: Case, line: Item) -> bool:
    return st.button(
        words("edit", case.language),
        key=f"edit-{line.id}",
        type="tertiary",
        help=words("edit_this", case.language, label=plain(line.label.in_(case.language))),
        on_click=edit,
        args=(line.id,),
    )


def edit(step_id: str) -> None:
    """Go back to one question; its Next returns here."""
    session.mark_handled()
    address.go_to(step_id, as_question=True)


def _line(line: Item, language: Language) -> str:
    said = plain(line.display[language], limit=_SHOWN)
    text = f":gray[{plain(line.label.in_(language))}]  \n{said}"
    if line.source is Source.CONTRADICTED and line.measured_display:
        measured = plain(line.measured_display[language], limit=_SHOWN)
        note = words("contradiction", language, said=said, measured=measured)
        text += f"  \n:orange[{note}]"
    return text


def _is_unknown(line: Item) -> bool:
    return line.source is Source.UNKNOWN or line.answer in (None, "", [])


def _draw_send(case: Case) -> None:
    failed = session.hint("send")
    if failed:
        st.error(plain(failed.text))
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
        sending.send(case, sent_as="complete")
        session.set_hint("send", None)
    except SQLAlchemyError as error:
        session.set_hint("send", sending.not_sent(case, error))
