"""The administrators' page: the users and who is signed in, parked deliveries, the audit."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.audit import AuditRow
from intake.administration import users
from intake.administration.audit_words import audit_words, login_words
from intake.bootstrap import services
from intake.database import utc_now
from intake.ui import actions, address, session, visitor
from intake.ui.frame import draw_header
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.relative_time import clock_time, time_ago
from intake.ui.site_path import site_path
from intake.ui.staff_actions import staff_action
from intake.ui.staff_links import draw_staff_links
from intake.ui.texts import words

_MAX_PARKED = 50
_MAX_ROWS = 100
_MAX_REASON_LENGTH = 300
_MAX_LINE_LENGTH = 500
_RETRIED = "admin-retried"


def draw() -> None:
    """Draw the page."""
    language = visitor.staff_language()
    draw_header(language, "admin")
    with st.container(key="admin"):
        st.header(words("admin_title", language), anchor=False)
        with st.container(key="admin-links", horizontal=True):
            draw_staff_links(language, "/admin")
        users.draw(language)
        _draw_parked(language)
        _draw_audit(language)


def _draw_parked(language: Language) -> None:
    st.subheader(words("admin_parked", language), anchor=False)
    rows = services().outbox.parked()
    if not rows:
        done = session.hint(_RETRIED)
        st.caption(words("inbox_retried" if done else "admin_parked_none", language))
        return
    for row in rows[:_MAX_PARKED]:
        ticket_url = site_path(f"/inbox?ticket={row.reference}&lang={language}")
        why = row.why or words("inbox_parked_no_reason", language)
        desk = escape_markdown(row.desk, limit=60)
        why = escape_markdown(why, limit=_MAX_REASON_LENGTH)
        st.markdown(f"[{row.reference}]({ticket_url}) · {desk}: {why}")
    actions.button(
        words("admin_retry_all", language, count=len(rows)),
        key="retry-all",
        on_click=_retry_all,
    )


@staff_action("ticket.deliver", about=lambda: "*")
def _retry_all() -> None:
    services().outbox.retry_parked(utc_now())
    services().worker.wake()
    session.set_hint(_RETRIED, "retried")


def _draw_audit(language: Language) -> None:
    st.subheader(words("admin_audit", language), anchor=False)
    about = address.filter_value("about")
    rows = services().audit.rows(limit=_MAX_ROWS, about=about)
    if about:
        actions.button(
            f"{about[:60]} ✕", key="audit-all", on_click=address.choose, args=("about", "")
        )
    if not rows:
        st.caption(words("admin_audit_none", language))
    for row in rows:
        st.text(_line(row, language))


def _line(row: AuditRow, language: Language) -> str:
    """Return the time by the reader's clock, the person, the action in words, and its object."""
    login = login_words(row.login, language)
    who = f"{row.name} ({login})" if row.name else login
    when = clock_time(row.at, visitor.zone(), language)
    # The "about" of a sign-in is its method, which has words; of other actions it is a name.
    way, about = (row.about, "") if row.action == "sign-in" else (row.detail, row.about)
    what = audit_words(row.action, way, language)
    parts = (f"{when} ({time_ago(row.at, language)})", who, what, about)
    return visible(" · ".join(filter(None, parts)), limit=_MAX_LINE_LENGTH)
