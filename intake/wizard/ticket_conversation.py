"""A sent ticket's conversation on the wizard's last screen, and the form to add to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.database import StorageError
from intake.journey import Answer, Hint
from intake.tickets import Ticket, for_customer
from intake.tickets.conversation import MAX_TEXT, RATINGS
from intake.tickets.render.conversation_view import ConversationView, EntryLine
from intake.ui import actions, masked_secrets, session, uploads
from intake.ui.inputs import FILE_TYPES, MAX_UPLOAD_MB
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.relative_time import clock_time
from intake.ui.texts import words
from intake.wizard import send_ticket
from intake.wizard.case import Case, find_case, zone
from intake.wizard.ticket_additions import (
    WORKS_AGAIN,
    AddedFile,
    add_line,
    has_rated,
    note_tap,
    solved_words,
    words_label,
)
from intake.wizard.ticket_news import news_mark

_PLACE: Final = "talk"  # session key of hints, masked secrets and the uploader's round


def draw(case: Case, ticket: Ticket) -> None:
    """Draw the conversation and the form; nothing once the customer's links have expired."""
    if services().links.is_over(ticket):
        return
    language = case.language
    view = ConversationView(for_customer(ticket), language, is_customers=True)
    st.subheader(words("talk_title", language), anchor=False)
    with st.container(key="talk", gap=None):
        st.text(words("talk_state", language, state=view.state))
        _draw_news_button(ticket, language)
        for line in view.lines:
            _draw_entry(case, line)
    if ticket.state == "solved":
        _draw_end(case, ticket)
    _draw_form(case, ticket)
    if ticket.state != "solved":
        actions.button(
            words("talk_works", language),
            key="works-again",
            width="stretch",
            on_click=_tap,
            args=(case.token, WORKS_AGAIN),
        )


def _draw_news_button(ticket: Ticket, language: Language) -> None:
    """Draw a hidden button; `intake.js` presses it when the ticket's mark has changed."""
    with st.container(key=f"news-{news_mark(ticket)}"):
        actions.button(words("talk_news", language), key="news", on_click=_draw_anew)


def _draw_anew() -> None:
    """Do nothing: the click alone makes the page read the ticket again."""


def _draw_entry(case: Case, line: EntryLine) -> None:
    """Draw author and time, then the text as plain text, since anybody may have written it."""
    when = clock_time(line.entry.at, zone(case), case.language)
    with st.container(key=f"entry-{line.entry.id}", gap=None):
        st.caption(f"{when} · {escape_markdown(line.author)}")
        for part in filter(None, line.parts):
            st.text(visible(part, limit=MAX_TEXT))


def _draw_end(case: Case, ticket: Ticket) -> None:
    language = case.language
    st.markdown(words(solved_words(ticket), language))
    if has_rated(ticket):
        st.caption(words("talk_rated", language))
        return
    st.caption(words("talk_rate", language))
    with st.container(key="rate", horizontal=True):
        for rating in RATINGS:
            actions.button(
                words(f"talk_rate_{rating}", language),
                key=f"rate-{rating}",
                on_click=_tap,
                args=(case.token, rating),
            )


def _draw_form(case: Case, ticket: Ticket) -> None:
    language = case.language
    hint: Hint | None = session.hint(_PLACE)
    label = words_label(ticket.state)
    text_key, files_key = _keys()
    with st.form("talk-form", border=False, enter_to_submit=False):
        # Not `max_chars`: a pasted log would be cut without a word.
        st.text_area(words(label, language), key=text_key, height=100)
        with st.expander(words("talk_files", language)):
            uploads.allow()
            st.file_uploader(
                words("talk_files", language),
                type=FILE_TYPES,
                accept_multiple_files=True,
                key=files_key,
                label_visibility="collapsed",
                max_upload_size=MAX_UPLOAD_MB,
            )
            st.caption(words("file_limits", language))
        if hint:
            st.warning(escape_markdown(hint.text))
        actions.submit_button(
            words("talk_add", language),
            key="talk-add",
            width="stretch",
            on_click=_add,
            args=(case.token,),
            collect=_typed,
        )


def _keys() -> tuple[str, str]:
    """Return the keys of both fields; they change after an addition, to empty the fields."""
    number = session.round_of(_PLACE)
    return f"talk-words-{number}", f"talk-files-{number}"


def _typed() -> tuple[str, list[Any]]:
    text_key, files_key = _keys()
    return str(session.value(text_key) or ""), list(session.value(files_key) or [])


def _add(token: str, typed: tuple[str, list[Any]]) -> None:
    case = find_case(token)
    if case is None or case.stored.reference is None:
        return
    text, uploaded = typed
    files = [AddedFile(upload.name, upload.getvalue()) for upload in uploaded]
    try:
        added = add_line(case.stored.reference, text, files, case.language)
    except StorageError as error:
        session.set_hint(_PLACE, send_ticket.not_sent(case, error))
        return
    if added.problem:
        session.set_hint(_PLACE, Hint("not-added", added.problem, can_insist=False))
        return
    session.set_hint(_PLACE, None)
    masked_secrets.note(_PLACE, Answer(value=text, at=datetime.now(UTC)), added.secrets)
    session.next_round(_PLACE)


def _tap(token: str, tapped: str) -> None:
    case = find_case(token)
    if case is not None and case.stored.reference is not None:
        note_tap(case.stored.reference, tapped)
