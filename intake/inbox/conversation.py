"""A sent ticket's conversation for staff: its state, every entry, the files."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.tickets import Ticket
from intake.tickets.conversation import MAX_TEXT
from intake.tickets.render.conversation_view import ConversationView, EntryLine
from intake.ui import visitor
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.relative_time import clock_time
from intake.ui.site_path import site_path


def draw(ticket: Ticket, language: Language) -> None:
    """Draw the conversation; nothing if it is empty."""
    if not ticket.conversation:
        return
    view = ConversationView(ticket, language)
    st.subheader(view.heading, anchor=False)
    with st.container(key="conversation", gap="small"):
        for line in view.lines:
            _draw_entry(ticket, line, language)


def _draw_entry(ticket: Ticket, line: EntryLine, language: Language) -> None:
    when = clock_time(line.entry.at, visitor.zone(), language)
    with st.container(key=f"entry-{line.entry.id}", gap=None):
        st.caption(escape_markdown(f"{when} · {line.author}"))
        for part in filter(None, (line.event, line.text)):
            st.text(visible(part, limit=MAX_TEXT))
        for file in line.entry.files:
            st.link_button(
                escape_markdown(file.name, limit=80),
                site_path(f"/staff/tickets/{ticket.reference}/files/{file.id}"),
            )
