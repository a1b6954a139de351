"""One ticket for staff: cause, contradictions, answers, evidence, and the whole as text."""

from __future__ import annotations

import streamlit as st

from diagnostics import fixer_text
from diagnostics.texts import Language
from intake.inbox import (
    conversation,
    deliveries,
    evidence,
    parked_deliveries,
    probe_again,
    related_tickets,
    ticket_work,
)
from intake.journey import Source
from intake.tickets import Ticket, render
from intake.tickets.diagnosis import addresses_of, case_target
from intake.tickets.render.history import history_lines
from intake.tickets.render.parts import subject_without_cause
from intake.tickets.render.view import TicketView
from intake.tickets.render.words import PHRASES
from intake.tickets.ticket import TicketItem
from intake.ui import actions, address, visitor
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.relative_time import clock_time
from intake.ui.site_path import site_path
from intake.ui.texts import words

_LONG = 4_000  # characters of one answer on the page; the text below has all of it


def draw(ticket: Ticket, language: Language) -> None:
    """Draw a ticket, cause first."""
    actions.button(
        words("inbox_to_list", language),
        key="to-list",
        type="tertiary",
        on_click=address.open_ticket,
        args=(None,),
    )
    _draw_cause(ticket, language)
    _draw_remedy(ticket, language)
    ticket_work.draw_state(ticket, language)
    probe_again.draw(ticket, language)
    parked_deliveries.draw(ticket.reference, language)
    deliveries.draw(ticket.reference, language)
    related_tickets.draw(ticket, language)
    _draw_contradictions(ticket, language)
    _draw_advice(ticket, language)
    _draw_answers(ticket, language)
    evidence.draw(ticket, language)
    _draw_environment(ticket, language)
    _draw_files(ticket, language)
    conversation.draw(ticket, language)
    _draw_history(ticket, language)
    ticket_work.draw_reply(ticket, language)
    _draw_forms(ticket, language)


def _draw_cause(ticket: Ticket, language: Language) -> None:
    verdict = ticket.verdict
    st.header(escape_markdown(_title(ticket, language)), anchor=False)
    if verdict:
        facts = [verdict.code, verdict.subject]
        if verdict.severity != "info":
            who = fixer_text(verdict.fixer, "staff", language)
            facts.insert(0, words("fixer_line", language, fixer=who))
        st.text(visible(" · ".join(facts), limit=400))
    if facts := _addresses(ticket):
        with st.container(key="addresses"):
            st.text(visible(" · ".join(facts), limit=400))
    created = clock_time(ticket.created_at, visitor.zone(), language)
    done = ticket.completeness
    facts = [
        ticket.reference,
        created,
        words("completeness", language, answered=done.answered, asked=done.asked),
    ]
    if ticket.sent_as == "person-wanted":
        facts.append(words("inbox_person", language))
    with st.container(key="facts", gap=None):
        subject = subject_without_cause(_title(ticket, language), ticket.headline.in_(language))
        st.text(visible(_who(ticket, language), limit=400))
        # Skip it if it repeats the title or the address just above.
        if subject and subject not in _addresses(ticket):
            st.text(visible(subject, limit=200))
        st.text(" · ".join(facts))
        view = TicketView(ticket, language)
        st.text(visible(" · ".join(view.destination)))


def _addresses(ticket: Ticket) -> list[str]:
    """Return the measured names and addresses; [] if the cause already names them."""
    facts = list(dict.fromkeys((case_target(ticket), *addresses_of(ticket))))
    heading = f"{_title(ticket, 'en')} {ticket.verdict.subject if ticket.verdict else ''}"
    return [] if len(facts) == 1 and facts[0] in heading else facts


def _who(ticket: Ticket, language: Language) -> str:
    """Return the customer: name, contact, account."""
    contact = ticket.contact
    facts = dict.fromkeys(filter(None, (contact.name, contact.way, contact.account)))
    return " · ".join(facts) or words("inbox_no_contact", language)


def _draw_remedy(ticket: Ticket, language: Language) -> None:
    """Draw what the cause means, and what to do about it."""
    if ticket.verdict is None:
        return
    with st.container(key="remedy", gap=None):
        for line in TicketView(ticket, language).cause_words:
            st.text(visible(line, limit=1_000))


def _title(ticket: Ticket, language: Language) -> str:
    """Return the cause, or the subject if there was nothing to measure."""
    if ticket.verdict:
        return ticket.verdict.title.in_(language)
    if ticket.measures:
        return words("inbox_no_cause", language)
    return ticket.headline.in_(language)


def _draw_advice(ticket: Ticket, language: Language) -> None:
    """Draw the advice that the customer was shown, and its result."""
    view = TicketView(ticket, language, visitor.zone())
    if not view.advice:
        return
    st.subheader(view.say.advice, anchor=False)
    with st.container(key="advice"):
        for line in view.advice:
            numbered = enumerate(line.moves, start=1)
            moves = [f"{place}. {escape_markdown(move)}" for place, move in numbered]
            head = f"{escape_markdown(line.text)} · *{escape_markdown(line.result)}*"
            st.markdown("\n".join([head, "", *moves]))


def _draw_contradictions(ticket: Ticket, language: Language) -> None:
    for item in ticket.contradictions:
        answer = item.display.in_(language)
        note = item.follows.in_(language) if item.follows else ""
        if item.measured_display:  # the explanation was written for the customer
            measured = item.measured_display.in_(language)
            note = words("staff_contradiction", language, said=answer, measured=measured)
        with st.container(key=f"contradicted-{item.id}", gap=None):
            st.text(visible(f"{item.label.in_(language)}: {answer}", limit=_LONG))
            if note:
                st.text(visible(note, limit=_LONG))


def _draw_answers(ticket: Ticket, language: Language) -> None:
    st.subheader(words("answers", language), anchor=False)
    with st.container(key="answers"):
        for item in ticket.items:
            _draw_answer(item, language)


def _draw_answer(item: TicketItem, language: Language) -> None:
    """Draw question and source left, the answer right as plain text: it is the customer's own."""
    kind = "unknown" if item.source is Source.UNKNOWN else "known"
    with st.container(key=f"said-{kind}-{item.id}", horizontal=True):
        source = words(f"source_{item.source}", language)
        st.caption(f"{escape_markdown(item.label.in_(language))} · *{source}*", width="stretch")
        st.text(visible(item.display.in_(language), limit=_LONG), width="stretch")


def _draw_environment(ticket: Ticket, language: Language) -> None:
    """Draw the customer's environment, as their own request revealed it."""
    facts = [f"{name}: {value}" for name, value in TicketView(ticket, language).environment]
    if facts:
        with st.container(key="environment"):
            st.text(visible(" · ".join(facts), limit=600))


def _draw_history(ticket: Ticket, language: Language) -> None:
    """Draw automatic events of the ticket: deliveries, repeated checks."""
    if not ticket.events:
        return
    zone = visitor.zone()
    with st.container(key="history", gap=None):
        for moment, what in history_lines(ticket.events, PHRASES[language]):
            line = f"{clock_time(moment, zone, language)}: {what}"
            st.caption(escape_markdown(line, limit=300))


def _draw_files(ticket: Ticket, language: Language) -> None:
    if not ticket.attachments:
        return
    st.subheader(words("attachments", language), anchor=False)
    for file in ticket.attachments:
        size = f"{file.size_bytes / 1024:.0f} KB"
        st.link_button(
            f"{escape_markdown(file.name, limit=80)} · {size}",
            site_path(f"/staff/tickets/{ticket.reference}/files/{file.id}"),
        )


def _draw_forms(ticket: Ticket, language: Language) -> None:
    with st.container(horizontal=True):
        # Routes of the server, which check the sign-in themselves.
        base = site_path(f"/staff/tickets/{ticket.reference}")
        st.link_button(words("download_json", language), f"{base}.json")
        st.link_button(words("open_page", language), f"{base}?lang={language}")
    with st.expander(words("copy_text", language)):
        st.code(render(ticket, "text", language), language=None, wrap_lines=True)
    with st.expander(words("copy_markdown", language)):
        st.code(render(ticket, "markdown", language), language=None, wrap_lines=True)
