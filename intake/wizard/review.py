"""Every answer read back before sending, each one editable."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st
from babel.dates import format_time

from intake.bootstrap import services
from intake.database import StorageError
from intake.ui import actions, address, read_back, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard import check_progress, footer, send_ticket
from intake.wizard.case import Case, find_case, zone


def draw(case: Case) -> None:
    """What goes to support, in the order of the questions."""
    language = case.language
    st.header(words("review_title", language), anchor=False)
    read_back.draw(case.journey, language, edit=_edit)
    _draw_environment(case)
    if case.journey.checks_running:
        st.caption(words("review_waiting", language))
    check_progress.draw(case)
    if expected := _expected_answer(case):
        st.write(expected)
    _draw_send(case)
    footer.draw(case, None)
    footer.draw_link(case)


def _expected_answer(case: Case) -> str:
    """When somebody would answer if it were sent now; empty where the operator says nothing."""
    minutes = services().settings.answer_within_minutes
    if minutes is None:
        return ""
    at = datetime.now(zone(case)) + timedelta(minutes=minutes)
    return words("answer_by", case.language, time=format_time(at, "HH:mm", locale=case.language))


def _draw_environment(case: Case) -> None:
    """What the customer's own request told: shown, so that nothing goes along unseen."""
    environment = case.stored.draft.environment
    facts = [
        fact
        for fact in (environment.browser, environment.os, environment.timezone, environment.ip)
        if fact
    ]
    if facts:
        listed = escape_markdown(", ".join(facts), limit=200)
        st.caption(words("environment", case.language, facts=listed))


def _edit(step_id: str) -> None:
    """Go back to one question, drawn open even where its answer was measured; Next returns here."""
    address.go_to(step_id, as_question=True)


def _draw_send(case: Case) -> None:
    failed = session.hint("send")
    if failed:
        st.error(escape_markdown(failed.text))
    actions.button(
        words("send", case.language),
        key="send",
        type="primary",
        width="stretch",
        on_click=_send,
        args=(case.token,),
    )


def _send(token: str) -> None:
    case = find_case(token)
    if case is None:
        return
    send_ticket.wait_for_checks(case)
    case = find_case(token) or case
    following = case.journey.next
    # What landed in this moment may bring an advice, or a question that support needs answered.
    if case.stored.status == "open" and following is not None:
        address.go_to(following.id)
        return
    try:
        send_ticket.send(case, sent_as="complete")
        session.set_hint("send", None)
    except StorageError as error:
        session.set_hint("send", send_ticket.not_sent(case, error))
