"""The screen of a stored ticket: its number, its link, the next steps."""

from __future__ import annotations

import streamlit as st

from intake.bootstrap import services
from intake.ui import actions, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.site_path import site_path
from intake.ui.texts import words
from intake.wizard import live_chat, ticket_conversation
from intake.wizard.case import Case
from intake.wizard.expired_link import start_again
from intake.wizard.promise import promised_answer
from intake.wizard.receipts import copy_address


def draw(case: Case) -> None:
    """Draw the number first; the whole screen is the same after a reload."""
    session.note_sent(case.token)
    language = case.language
    ticket = services().tickets.find_by_token(case.token)
    reference = case.stored.reference or ""
    st.header(words("sent_title", language, reference=escape_markdown(reference)), anchor=False)
    wanted_person = ticket is not None and ticket.sent_as == "person-wanted"
    body = words("sent_body_person" if wanted_person else "sent_body", language)
    promise = promised_answer(case, ticket) if ticket is not None else ""
    is_waiting = ticket is not None and ticket.state == "open" and not ticket.conversation
    following = words("sent_next", language) if is_waiting else ""
    to = copy_address(ticket) if ticket is not None else ""
    copy = words("sent_copy", language, address=escape_markdown(to)) if to else ""
    st.markdown(" ".join(filter(None, (body, promise, copy, following))))
    if ticket is not None:
        ticket_conversation.draw(case, ticket)
    link = f"{services().settings.base_url}/t/{case.token}"
    st.markdown(f"**{words('sent_link', language)}**")
    st.code(link, language=None, wrap_lines=True)
    st.caption(words("sent_link_note", language))
    # That page has no session, so the language is in its address.
    st.link_button(
        words("sent_open", language), site_path(f"/t/{case.token}?lang={language}"), width="stretch"
    )
    if ticket is not None and ticket.state != "solved" and (chat := live_chat.path(case, language)):
        st.link_button(words("chat_open", language), site_path(chat), width="stretch")
    actions.button(
        words("sent_new", language),
        key="new",
        type="tertiary",
        on_click=start_again,
        args=(language,),
    )
