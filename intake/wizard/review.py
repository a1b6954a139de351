"""The review: every answer read back before sending, each editable."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from intake.bootstrap import services
from intake.database import StorageError
from intake.drafts import DraftClosed
from intake.journey import Answer, Ask, withheld_names
from intake.journey.draft import LEFT_OUT
from intake.ui import address, inputs, question_page, read_back, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.player import Typed
from intake.ui.step_actions import StepAction
from intake.ui.texts import words
from intake.wizard import attachments, check_progress, footer, send_ticket, step
from intake.wizard.case import Case, find_case, note_seen
from intake.wizard.promise import expected_answer, is_urgent

_WHO = frozenset({"name", "account"})
_SENDING = "send"  # key of the hint about a failed sending


def draw(case: Case) -> None:
    """Draw the answers to be sent, the last questions, and the Send button."""
    language = case.language
    session.unpin()
    st.header(words("review_title", language), anchor=False)
    leave_out = partial(_leave_out, case.token)
    # In a container of its own: elements that come and go above the questions would move them, and
    # Streamlit loses a file that is being uploaded when its field moves.
    with st.container(key="known"):
        read_back.draw(case.journey, language, edit=_edit, leave_out=leave_out)
        if case.journey.checks_running:
            st.caption(words("review_waiting", language))
        check_progress.draw(case)
        attachments.draw_all_kept(case, case.journey.for_review)
        if failed := session.hint(_SENDING):
            st.error(escape_markdown(failed.text))
    asked = _last_questions(case)
    note_seen(case, asked)
    screen = step.player_of(case, choose_page=partial(_send, case.token))
    question_page.draw_last_screen(screen, asked, note=expected_answer(case))
    footer.draw(case, None)
    footer.draw_link(case)


def _last_questions(case: Case) -> tuple[Ask, ...]:
    """Return the questions of the last screen; if urgent, without optional ones about identity."""
    asked = case.journey.for_review
    if not is_urgent(case):
        return asked
    return tuple(ask for ask in asked if not (ask.optional and ask.role in _WHO))


def _edit(step_id: str) -> None:
    """Go to one question, open even if its answer was measured; Next returns here."""
    address.go_to(step_id, as_question=True)


def _leave_out(token: str, name: str) -> None:
    """Withhold an answer or a measurement, or include it again."""
    case = find_case(token)
    if case is None or case.stored.status == "sent":
        return
    names = withheld_names(case.stored.draft) ^ {name}
    answer = Answer(value=[*sorted(names)], at=datetime.now(UTC))
    with suppress(DraftClosed):  # sent meanwhile, from another tab: the page shows its number
        services().drafts.save_answer(case.id, LEFT_OUT, answer)


def _is_filled(case: Case, asked: Ask, typed: Typed) -> bool:
    """Check whether a question has input, typed now or files stored before."""
    is_kept = inputs.widget_of(asked.kind).uploads and attachments.has_kept(case, asked)
    return is_kept or not question_page.is_left_empty(asked, typed)


def _send(token: str, steps: Sequence[Ask], way: StepAction, typed: Typed) -> None:
    case = find_case(token)
    if case is None:
        return
    filled = [asked for asked in steps if _is_filled(case, asked, typed)]
    if not step.keep_page(token, filled, typed, insisted=way == "keep_as_is"):
        return
    # Discard the handed-over case: the page must be drawn from the draft as it is after sending.
    session.take_over()
    send_ticket.wait_for_checks(find_case(token) or case)
    case = find_case(token) or case
    following = case.journey.next
    # A result that arrived just now may lead to an advice, or to a required question.
    if case.stored.status == "open" and following is not None:
        address.go_to(following.id)
        return
    try:
        send_ticket.send(case, sent_as="complete")
        session.set_hint(_SENDING, None)
    except StorageError as error:
        session.set_hint(_SENDING, send_ticket.not_sent(case, error))
