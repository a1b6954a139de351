"""One question on the screen."""

from __future__ import annotations

import streamlit as st

from intake.journey import Ask, Hint
from intake.ui import address, inputs, questions, session
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words
from intake.wizard import attachments, check_progress, confirm, footer
from intake.wizard.case import Case, find_case, say


def draw(case: Case, step: Ask) -> None:
    """Draw a question: for confirmation where it was measured, open otherwise."""
    as_question = _is_open(case, step)
    session.pin(step.id, as_question=as_question)
    progress(case)
    if as_question:
        questions.draw_heading(step, case.language)
        _draw_form(case, step)
    else:
        confirm.draw(case, step)
    check_progress.draw(case, waits=False)
    footer.draw(case, step.id)
    footer.link(case)


def progress(case: Case) -> None:
    """Where I am: the share of what is expected, under the checklist's title."""
    answered, expected = case.journey.progress
    title = escape_markdown(case.checklist.title.in_(case.language))
    st.progress(min(answered / expected, 1.0) if expected else 0.0, text=title)


def _is_open(case: Case, step: Ask) -> bool:
    pinned = session.pinned()
    if pinned and pinned[0] == step.id and step.id not in case.stored.draft.answers:
        return pinned[1] or address.wants_question()
    proposal = case.journey.proposal(step)
    return (
        proposal is None
        or address.wants_question()
        or step.id in case.stored.draft.answers
        or step.if_measured == "skip"
    )


def _draw_form(case: Case, step: Ask) -> None:
    answer = case.stored.draft.answers.get(step.id)
    said = answer.value if answer else None
    hint: Hint | None = session.hint(step.id)
    widget = inputs.widget_of(step.kind)
    if widget.uploads:
        attachments.draw_kept(case, step)
    with st.form(f"form-{step.id}", border=False, enter_to_submit=widget.enter_submits):
        inputs.draw(step, said, answered=answer is not None, language=case.language)
        if hint:
            st.warning(escape_markdown(hint.text))
        clicked = _draw_buttons(case, step, hint)
    questions.draw_why(case.checklist, step, case.language)
    if clicked and not session.take_handled():
        _submit(case.token, step, clicked)
        st.rerun()


def _draw_buttons(case: Case, step: Ask, hint: Hint | None) -> str | None:
    """The ways on; returns the one that was clicked."""
    names = questions.ways_on(step, hint)
    clicked = [name for name in names if _button(case, step, name)]
    return clicked[0] if clicked else None


def _button(case: Case, step: Ask, name: str) -> bool:
    return st.form_submit_button(
        words(name, case.language),
        key=f"{name}-{step.id}",
        type="primary" if name == "next" else "secondary",
        width="stretch",
        on_click=_submit,
        args=(case.token, step, name),
    )


def _submit(token: str, step: Ask, clicked: str) -> None:
    session.mark_handled()
    if clicked in {"dont_know", "skip"}:
        say(token, step, None)
        return
    raw = inputs.collect(step)
    if inputs.widget_of(step.kind).uploads:
        case = find_case(token)
        if case is None:
            return
        kept = attachments.keep(case, step, raw)
        if isinstance(kept, Hint):
            session.set_hint(step.id, kept)
            return
        raw = kept
    say(token, step, raw, insisted=clicked == "keep_as_is")
