"""Deliveries that are no longer attempted: the reason, and a button to try again."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.accounts.rights import Right
from intake.bootstrap import services
from intake.database import utc_now
from intake.ui import actions, session, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.staff_actions import staff_action
from intake.ui.texts import words

_LONGEST_REASON = 400


def draw(reference: str, language: Language) -> None:
    """Draw each desk's last error and the button; nothing if no delivery is parked."""
    parked = services().outbox.parked(reference)
    if not parked:
        if session.hint(_retry_hint_key(reference)):
            st.caption(words("inbox_retried", language))
        return
    with st.container(key="parked"):
        for row in parked:
            why = row.why or words("inbox_parked_no_reason", language)
            line = words(
                "inbox_parked",
                language,
                desk=row.desk,
                attempts=row.attempts,
                why=why,
            )
            st.warning(escape_markdown(line, limit=_LONGEST_REASON))
        if not visitor.may(Right.ADMINISTER):
            st.caption(words("parked_needs_admin", language))
            return
        actions.button(
            words("inbox_retry", language),
            key="retry-parked",
            on_click=_retry,
            args=(reference,),
        )


@staff_action("ticket.deliver", about=lambda reference: reference)
def _retry(reference: str) -> None:
    services().outbox.retry_parked(utc_now(), reference)
    # The worker doesn't poll: it sleeps until it is woken or the next row is due.
    services().worker.wake()
    session.set_hint(_retry_hint_key(reference), "retried")


def _retry_hint_key(reference: str) -> str:
    return f"retried-{reference}"
