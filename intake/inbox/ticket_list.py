"""The list of tickets, newest first: cause, subject, customer, age, completeness."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language, as_language
from intake.bootstrap import services
from intake.inbox import bulk_close, filters, views
from intake.tickets import TicketFilter, TicketRow
from intake.tickets.render.conversation_view import conversation_words
from intake.tickets.render.parts import subject_without_cause
from intake.tickets.render.words import PHRASES
from intake.ui import actions, address, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.relative_time import time_ago
from intake.ui.site_path import site_path
from intake.ui.staff_links import draw_staff_links
from intake.ui.texts import words

_PAGE = 30
_PRESSING = frozenset({"urgent", "high"})
_SHOWN = "inbox-shown"


def draw(language: Language, current: str | None) -> None:
    """Draw the search and as many rows as were requested."""
    st.header(words("inbox_title", language), anchor=False)
    chosen = filters.draw(language)
    views.draw(language)
    with st.container(key="inbox-links", horizontal=True):
        st.button(words("inbox_refresh", language), key="refresh", type="tertiary")
        draw_staff_links(language, "/inbox")
    _draw_outage(language)
    row_count = session.value(_SHOWN) or _PAGE
    # One more than shown, to know whether there are more.
    rows = services().tickets.list(limit=row_count + 1, ticket_filter=chosen)
    if not rows:
        st.caption(_why_empty(chosen, language))
    bulk_close.draw_bar(rows[:row_count], language)
    with st.container(key="tickets"):
        for row in rows[:row_count]:
            _draw_row(row, language, current)
    if len(rows) > row_count:
        actions.button(words("inbox_more", language), key="more", on_click=_more, args=(row_count,))


def _draw_outage(language: Language) -> None:
    """Draw that tickets look like one outage, with a link to announce it."""
    proposals = services().incidents.proposals()
    if proposals:
        count = len({reference for alike in proposals for reference in alike.references})
        st.link_button(
            words("incidents_look_alike", language, count=count),
            site_path(f"/incidents?lang={language}"),
            width="stretch",
        )


def _why_empty(chosen: TicketFilter, language: Language) -> str:
    if chosen == TicketFilter():
        return words("inbox_empty", language)
    if chosen == TicketFilter(query=chosen.query):
        return words("inbox_nothing", language, query=escape_markdown(chosen.query))
    return words("inbox_none_fits", language)


def _draw_row(row: TicketRow, language: Language, current: str | None) -> None:
    facts = [
        escape_markdown(row.customer, limit=60)
        if row.customer
        else words("inbox_no_contact", language),
        time_ago(row.created_at, language),
        f"{row.answered}/{row.asked}",
    ]
    if row.priority in _PRESSING:
        facts.insert(0, f"**{PHRASES[as_language(language)].priorities[row.priority]}**")
    if row.owner:
        facts.append(escape_markdown(row.owner, limit=40))
    if row.sent_as == "person-wanted":
        facts.append(words("inbox_person", language))
    if row.state != "open":
        facts.append(conversation_words(f"states.{row.state}", language))
    subject, cause = row.headline.in_(language), row.cause.in_(language) if row.cause else ""
    # Without a cause the subject is the heading: there may have been nothing to measure.
    head = [f"**{escape_markdown(cause or subject, limit=90 if cause else 110)}**"]
    if cause and (rest_of_subject := subject_without_cause(cause, subject)):
        head.append(escape_markdown(rest_of_subject, limit=110))
    if row.delivery not in {"none", "delivered"}:
        state = words(f"delivery_{row.delivery}", language)
        if row.delivery == "parked":  # it is no longer attempted, so it must not be overlooked
            head.append(f":red[**{state}**]")
        else:
            facts.append(state)
    label = "  \n".join([*head, f":gray[{' · '.join(facts)}]"])
    key = f"current-{row.reference}" if row.reference == current else None
    with st.container(key=key), bulk_close.row_with_choice(row, language):
        actions.button(
            label,
            key=f"open-{row.reference}",
            width="stretch",
            on_click=address.open_ticket,
            args=(row.reference,),
        )


def _more(row_count: int) -> None:
    session.set_value(_SHOWN, row_count + _PAGE)
