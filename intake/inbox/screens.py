"""The inbox: the list on the left, one ticket on the right."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.inbox import ticket_list, ticket_view
from intake.ui import address, visitor
from intake.ui.frame import draw_header
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words


def draw() -> None:
    """Draw the inbox."""
    language = visitor.staff_language()
    draw_header(language, "inbox")
    reference = address.ticket()
    with st.container(key="inbox-open" if reference else "inbox"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            ticket_list.draw(language, reference)
        with right:
            _draw_ticket(language, reference)


def _draw_ticket(language: Language, reference: str | None) -> None:
    if reference is None:
        st.caption(words("inbox_pick", language))
        return
    ticket = services().tickets.get(reference)
    if ticket is None:
        st.write(words("inbox_missing", language, reference=escape_markdown(reference, limit=20)))
        return
    ticket_view.draw(ticket, language)
