"""
The question "You wrote about this at 14:02: add to it?", before a second ticket is made.

Asked only in a browser that holds the ticket's link: nobody else learns that there is one.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from intake.drafts import DraftClosed
from intake.journey import Hint
from intake.tickets import Ticket
from intake.tickets.conversation import EntryRefused
from intake.tickets.same_problem import hosts_of_ticket
from intake.ui import actions, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.relative_time import clock_time, is_today
from intake.ui.texts import words
from intake.wizard import footer
from intake.wizard.case import Case, find_case, zone
from intake.wizard.earlier_ticket import add_to_earlier, find_earlier, hosts_of_case

_PLACE = "again"  # key of the hint in the session
_LONGEST_SUBJECT = 160


def earlier_ticket(case: Case) -> Ticket | None:
    """Return an open ticket of this browser's about the same hosts, not set apart, or None."""
    is_separate = partial(session.is_separate, case.token)
    return find_earlier(case, visitor.sent_tickets(), is_separate)


def draw(case: Case, ticket: Ticket) -> None:
    """Ask once, with two buttons of equal size."""
    language = case.language
    named = hosts_of_case(case) & hosts_of_ticket(ticket)
    when = clock_time(ticket.created_at, zone(case), language)
    host = escape_markdown(min(named, default=""))
    title = "again_title" if is_today(ticket.created_at, zone(case)) else "again_title_day"
    st.header(words(title, language, host=host, when=when), anchor=False)
    subject = escape_markdown(ticket.headline.in_(language), limit=_LONGEST_SUBJECT)
    st.markdown(words("again_ticket", language, reference=ticket.reference, subject=subject))
    st.markdown(words("again_body", language))
    hint: Hint | None = session.hint(_PLACE)
    if hint:
        st.warning(escape_markdown(hint.text))
    for key, primary, action in (
        ("again_add", "primary", partial(_add, case.token, ticket.reference)),
        ("again_other", "secondary", partial(session.note_separate, case.token, ticket.reference)),
    ):
        actions.button(
            words(key, language),
            key=key.replace("_", "-"),
            type=primary,
            width="stretch",
            on_click=action,
        )
    footer.draw(case, None)


def _add(token: str, reference: str) -> None:
    """Add the draft's answers to the ticket."""
    case = find_case(token)
    if case is None or case.stored.status == "sent":
        return

    try:
        add_to_earlier(case, reference)
    except DraftClosed:
        return
    except EntryRefused:
        text = words("talk_too_many", case.language)
        session.set_hint(_PLACE, Hint("not-added", text, can_insist=False))
        return
