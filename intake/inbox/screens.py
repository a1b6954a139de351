"""What staff see: the list on the left, one ticket on the right; nothing without a sign-in."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.inbox import ticket_list, ticket_view
from intake.ui import address, visitor
from intake.ui.frame import top
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words


def draw() -> None:
    """Draw the inbox for whoever has signed in; asked anew at every run."""
    language = visitor.language()
    top(language, "inbox")
    if not visitor.is_staff():
        st.write(words("sign_in_again", language))
        st.link_button(words("sign_in", language), "/staff", type="primary")
        return
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
