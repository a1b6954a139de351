"""The form to a person: the draft goes to support as it is, marked as incomplete."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import drop_hidden
from intake.database import StorageError
from intake.drafts import DraftClosed, DraftTooLarge, redact_answer
from intake.journey import Hint
from intake.ui import actions, address, masked_secrets, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.site_path import site_path
from intake.ui.texts import words
from intake.wizard import known_incidents, live_chat, person_request, send_ticket
from intake.wizard.case import Case, find_case

_HINT = "person"  # key of the page's hint in the session
_CONTACT_KEY, _WORDS_KEY = "person-contact", "person-words"


def draw(case: Case, *, back_to: str | None = None) -> None:
    """Draw the form, which requires only a contact; `back_to` is the previous question, if any."""
    language = case.language
    st.header(words("person_title", language), anchor=False)
    known_incidents.draw(language)
    _draw_chat(case)
    st.write(words("person_body", language))
    hint: Hint | None = session.hint(_HINT)
    # Enter in the first field must not send the form before the text is written.
    with st.form("person", border=False, enter_to_submit=False):
        st.text_input(
            words("person_contact", language),
            value=_stored_text(case, person_request.contact_step(case.checklist)),
            key=_CONTACT_KEY,
            autocomplete="email",
        )
        st.caption(words("person_contact_help", language))
        st.text_area(
            words("person_words", language),
            value=_stored_text(case, person_request.words_step(case.checklist)),
            key=_WORDS_KEY,
            placeholder=words("person_words_help", language),
        )
        if hint:
            st.warning(escape_markdown(hint.text))
        actions.submit_button(
            words("person_send", language),
            key="person-send",
            type="primary",
            width="stretch",
            on_click=_send,
            args=(case.token,),
            collect=_typed,
        )
    actions.button(
        words("person_back", language),
        key="person-back",
        type="tertiary",
        on_click=address.go_to,
        args=(back_to,),
    )


def _draw_chat(case: Case) -> None:
    """Draw the link to the live chat while it is open."""
    path = live_chat.path(case, case.language)
    if path is None:
        return
    # Not primary: the form's own button is.
    st.link_button(words("chat_open", case.language), site_path(path), width="stretch")
    st.caption(words("chat_note", case.language))
    st.markdown(f"**{words('chat_or_write', case.language)}**")


def _stored_text(case: Case, step: str) -> str:
    answer = case.stored.draft.answers.get(step)
    return answer.value if answer and isinstance(answer.value, str) else ""


def _typed() -> tuple[str, str]:
    """Return the typed contact and text."""
    return str(session.value(_CONTACT_KEY) or ""), str(session.value(_WORDS_KEY) or "")


def _send(token: str, typed: tuple[str, str]) -> None:
    case = find_case(token)
    if case is None or case.stored.status == "sent":
        return
    contact = drop_hidden(typed[0], keep_lines=False)
    own_words = drop_hidden(typed[1], keep_lines=True)
    before = session.hint(_HINT)
    doubted = before.suggestion or "" if before else ""
    if problem := person_request.problem_of(contact, own_words, doubted=doubted):
        text = words(problem, case.language)
        doubted = contact if problem == person_request.DOUBTFUL_PHONE else None
        session.set_hint(_HINT, Hint(problem, text, can_insist=False, suggestion=doubted))
        return
    try:
        answers = person_request.keep(case, contact, own_words)
        # The ticket is sent at once, so masking is only shown and can't be undone.
        for step, answer in answers.items():
            masked_secrets.note(step, answer, redact_answer(answer).secrets)
        send_ticket.wait_for_checks(case)
        send_ticket.send(find_case(token) or case, sent_as="person-wanted")
        session.set_hint(_HINT, None)
    except DraftClosed:
        return
    except DraftTooLarge:
        text = words("too_large", case.language)
        session.set_hint(_HINT, Hint("too-large", text, can_insist=False))
    except StorageError as error:
        session.set_hint(_HINT, send_ticket.not_sent(case, error))
