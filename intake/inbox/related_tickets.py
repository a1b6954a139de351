"""Other tickets that may be about the same problem: the reason, links, and merging."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.bootstrap import services
from intake.journey import Hint
from intake.tickets import Ticket
from intake.tickets.conversation import EntryRefused
from intake.tickets.joining import join_ticket
from intake.tickets.render.conversation_view import reason_of_relation
from intake.ui import actions, address, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_PLACE = "related"  # key of the hint in the session


def draw(ticket: Ticket, language: Language) -> None:
    """Draw them; nothing if there are none."""
    if not ticket.related:
        return
    st.subheader(words("related_title", language), anchor=False)
    with st.container(key="related", gap="small"):
        for why in dict.fromkeys(other.why for other in ticket.related):
            st.caption(escape_markdown(reason_of_relation(why, language)))
        for other in ticket.related:
            with st.container(key=f"related-{other.reference}", horizontal=True):
                actions.button(
                    words("related_open", language, reference=other.reference),
                    key=f"open-related-{other.reference}",
                    type="tertiary",
                    on_click=address.open_ticket,
                    args=(other.reference,),
                )
                if ticket.state != "solved" and visitor.may(Right.WORK):
                    actions.button(
                        words("related_join", language, reference=other.reference),
                        key=f"join-{other.reference}",
                        help=words("related_join_help", language),
                        on_click=_join,
                        args=(ticket.reference, other.reference, language),
                    )
        hint: Hint | None = session.hint(_PLACE)
        if hint:
            st.warning(escape_markdown(hint.text))


@staff_action(
    "ticket.join",
    about=lambda reference, *_: reference,
    detail=lambda _, earlier, __: earlier,
)
def _join(reference: str, earlier: str, language: Language) -> None:
    """Merge two tickets; staff vouch for the same customer, so both links lead to the earlier."""
    ticket = services().tickets.get(reference)
    if ticket is None:
        return
    try:
        join_ticket(services().engine, ticket, earlier, datetime.now(UTC), is_vouched=True)
    except (EntryRefused, LookupError):
        text = words("related_full", language)
        session.set_hint(_PLACE, Hint("not-joined", text, can_insist=False))
        return
    services().worker.wake()
    address.open_ticket(earlier)
