"""
Work on a ticket: take it, change its state, reply, ask a question, leave a note.

Each action is an entry of the ticket's conversation, signed with the name of the signed-in person.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.bootstrap import services
from intake.inbox import reply_help
from intake.inbox.reply_text import text_key
from intake.tickets import Ticket
from intake.tickets.conversation import MAX_TEXT, EntryRefused, NewEntry
from intake.tickets.render.conversation_view import conversation_words
from intake.tickets.staff_entries import (
    WRITTEN_KINDS,
    WrittenKind,
    owner_of,
    set_state,
    staff_text,
    take_over,
)
from intake.tickets.ticket import TicketState
from intake.ui import actions, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.staff_actions import staff_action
from intake.ui.staff_links import draw_name_link
from intake.ui.texts import words

_KIND, _ABOUT = "work-kind", "work-about"
_PROBLEM, _MASKED, _WARNING = "work-problem", "work-masked", "work-warning"
_NEXT_STATES: Final[Mapping[TicketState, tuple[TicketState, ...]]] = {
    "open": ("solved",),
    "waiting": ("open", "solved"),
    "solved": ("open",),
}


def draw_state(ticket: Ticket, language: Language) -> None:
    """Draw the ticket's state and owner, with buttons to change them."""
    owner, name = owner_of(ticket), visitor.staff_name()
    state = conversation_words(f"states.{ticket.state}", language)
    taken = words("work_taken", language, owner=escape_markdown(owner, limit=80))
    with st.container(key="work", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{state}** · {taken if owner else words('work_nobody', language)}")
        if not visitor.may(Right.WORK):
            return
        if not name:
            draw_name_link(language, f"/inbox?ticket={ticket.reference}&lang={language}")
            return
        if owner != name:
            _button("take", "work_take", take_over(name, name), ticket, language)
        else:
            _button("let-go", "work_let_go", take_over("", name), ticket, language)
        for following in _NEXT_STATES[ticket.state]:
            entry = set_state(following, name)
            _button(f"state-{following}", f"work_set_{following}", entry, ticket, language)


def draw_reply(ticket: Ticket, language: Language) -> None:
    """Draw the field for a reply, a question, or a note."""
    if not visitor.staff_name() or not visitor.may(Right.WORK):
        return
    st.subheader(words("work_title", language), anchor=False)
    with st.container(key="work-reply"):
        kind: WrittenKind = st.segmented_control(
            words("work_title", language),
            WRITTEN_KINDS,
            format_func=lambda kind: words(f"work_{kind}", language),
            default="reply",
            required=True,
            key=_KIND,
            label_visibility="collapsed",
        )
        if kind == "question":
            _draw_questions(ticket, language)
        elif kind == "reply":
            reply_help.draw_templates(ticket, language)
        st.text_area(
            words(f"work_{kind}_text", language),
            key=text_key(ticket),
            height=220 if kind == "reply" else 140,
            max_chars=MAX_TEXT,
        )
        if kind == "reply":
            reply_help.draw_requests(ticket, language)
        st.caption(_where(ticket, kind, language))
        if problem := session.value(_PROBLEM):
            st.error(words(f"work_{problem}", language))
        reference, warning = session.value(_WARNING) or ("", "")
        warning = warning if reference == ticket.reference else ""
        if warning:
            st.warning("  \n".join(map(escape_markdown, warning.splitlines())))
        if session.value(_MASKED):
            st.info(words("work_masked", language))
        actions.button(
            words("work_send_anyway" if warning else f"work_{kind}_send", language),
            key="work-send",
            type="primary",
            collect=partial(_typed, ticket),
            on_click=_send,
            args=(ticket, language),
        )


def _draw_questions(ticket: Ticket, language: Language) -> None:
    """Draw the choice of the checklist's questions to ask again, unanswered ones first."""
    items = sorted(
        (item for item in ticket.items if item.kind != "advice"),
        key=lambda item: not (item.missing or item.answer is None),
    )
    labels = {item.id: item.label.in_(language) for item in items}
    st.selectbox(
        words("work_about", language),
        [None, *labels],
        format_func=lambda step: labels[step] if step else words("work_about_free", language),
        key=_ABOUT,
        on_change=actions.on_change(_ABOUT, partial(_take_question, ticket)),
    )


def _take_question(ticket: Ticket) -> None:
    """Put the question into the field, in the customer's language."""
    step = session.value(_ABOUT)
    item = next((item for item in ticket.items if item.id == step), None)
    if item is not None:
        session.set_value(text_key(ticket), item.question.in_(ticket.language))


def _typed(ticket: Ticket) -> tuple[WrittenKind, str, str | None]:
    # The kind at the click, not the one that the button was drawn for: a note must never be sent to
    # the customer as a reply.
    kind: WrittenKind = session.value(_KIND)
    return kind, str(session.value(text_key(ticket)) or ""), session.value(_ABOUT)


def _send(ticket: Ticket, language: Language, typed: tuple[WrittenKind, str, str | None]) -> None:
    """Warn once of requests that a reply doesn't mention; the next click sends it."""
    kind, text, _ = typed
    warning = reply_help.warning_before(ticket, text, language) if kind == "reply" else ""
    session.set_value(_WARNING, (ticket.reference, warning))
    if not warning:
        _write(ticket, typed)


@staff_action(
    "ticket.write",
    about=lambda ticket, _: ticket.reference,
    detail=lambda _, typed: typed[0],
)
def _write(ticket: Ticket, typed: tuple[WrittenKind, str, str | None]) -> None:
    kind, text, step = typed
    session.set_value(_PROBLEM, None)
    try:
        about = step if kind == "question" else None
        entry = staff_text(kind, text, visitor.staff_name(), step=about)
        services().conversations.add(ticket.reference, entry)
    except EntryRefused as refusal:
        session.set_value(_PROBLEM, refusal.reason.replace("-", "_"))
        return
    session.set_value(_MASKED, bool(entry.secrets))
    session.set_value(text_key(ticket), "")
    session.set_value(_ABOUT, None)


def _where(ticket: Ticket, kind: WrittenKind, language: Language) -> str:
    """Return who will read the text, and where."""
    if kind == "note":
        return words("work_where_note", language)
    if ticket.contact.email and services().sends_receipts:
        email = escape_markdown(ticket.contact.email, limit=100)
        return words("work_where_mail", language, email=email)
    why = "mails_off" if ticket.contact.email else "no_address"
    return words(f"work_where_page_{why}", language)


def _button(key: str, label: str, entry: NewEntry, ticket: Ticket, language: Language) -> None:
    actions.button(
        words(label, language),
        key=f"work-{key}",
        type="tertiary",
        on_click=change,
        args=(ticket.reference, entry),
    )


@staff_action(
    "ticket.change",
    about=lambda reference, _: reference,
    detail=lambda _, entry: entry.details.get("state") or entry.kind,
)
def change(reference: str, entry: NewEntry) -> None:
    """Add an entry that changes a ticket's state or owner."""
    services().conversations.add(reference, entry)
