"""The wizard as customers see it, with mock measurements, at a phone's width."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from pydantic import JsonValue

from diagnostics.texts import LANGUAGES, Language
from intake.journey import Ask, Checklist, Journey, Tell, fill_step, priority, queue, screen_of
from intake.publishing import is_shared
from intake.studio import mock_findings, preview_session
from intake.studio.open_file import OpenFile
from intake.studio.preview_session import PreviewSession
from intake.ui import actions, inputs, player, question_page, read_back, visitor
from intake.ui.markdown_escape import escape_markdown
from intake.ui.step_actions import StepAction
from intake.ui.texts import words

_LANGUAGE = "preview-language"
_KEY_PREFIX = "preview-"
_END_TITLES = {
    "ticket": "review_title",
    "solved": "ended_title",
    "hand-over": "studio_preview_hand_over",
}
_LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "ru": "Русский"}


def draw(open_file: OpenFile, language: Language) -> None:
    """Draw the choice of measurements, and the phone."""
    checklist = open_file.checklist
    if checklist is None:
        st.caption(open_file.reason_without_checklist(language))
        return
    st.caption(words("studio_preview_note", language))
    if is_shared(open_file.name):
        st.caption(words("studio_preview_from", language, name=escape_markdown(checklist.id)))
    with st.container(key="studio-stage", horizontal=True, gap="medium"):
        with st.container(key="studio-pretend"):
            customers_language = _draw_choices(open_file, checklist, language)
        with st.container(key="phone", border=True):
            _draw_phone(open_file.name, checklist, customers_language, language)


def _draw_choices(open_file: OpenFile, checklist: Checklist, language: Language) -> Language:
    """Draw the choice of results and of the customer's language; return the language."""
    customers_language = st.segmented_control(
        words("studio_preview_language", language),
        LANGUAGES,
        default=language,
        required=True,
        format_func=_LANGUAGE_NAMES.__getitem__,
        key=_LANGUAGE,
    )
    mock_findings.draw(checklist, language)
    actions.button(
        words("studio_preview_restart", language),
        key="preview-restart",
        type="tertiary",
        on_click=preview_session.restart,
        args=(open_file.name,),
    )
    return customers_language


def _draw_phone(
    file: str, checklist: Checklist, language: Language, authors_language: Language
) -> None:
    """Draw the customer's screen, with Back below it."""
    session = preview_session.load(file)
    journey = preview_session.journey_of(session, checklist, language)
    player.draw_progress(journey, language)
    step = preview_session.current_step(session, journey)
    if step is None or (step in journey.for_review and session.opened != step.id):
        _draw_end(session, journey, language, authors_language)
    else:
        _draw_step(session, journey, step, language)
    if session.answers:
        actions.button(
            words("back", language),
            key="preview-back",
            type="tertiary",
            on_click=preview_session.go_back,
            args=(file, journey, step),
        )


def _draw_step(
    session: PreviewSession, journey: Journey, step: Ask | Tell, language: Language
) -> None:
    screen = _player(session, journey, language)
    if isinstance(step, Tell):
        player.draw_advice(screen, step)
        return
    asked = [question for question in screen_of(journey, step) if isinstance(question, Ask)]
    if len(asked) > 1:
        question_page.draw_page(screen, asked)
        return
    proposal = journey.proposal(step)
    is_answered = step.id in journey.draft.answers
    if proposal is None or is_answered or session.opened == step.id:
        player.draw_question(screen, step)
    else:
        player.draw_confirmation(screen, step, proposal)


def _player(session: PreviewSession, journey: Journey, language: Language) -> player.Player:
    return player.Player(
        journey,
        language,
        visitor.zone(),
        choose=partial(_choose, session.file, journey),
        choose_page=partial(_choose_page, session.file, journey),
        key_prefix=_KEY_PREFIX,
        hint=session.hints.get,
        # A repeated check would find the same mock result.
        can_measure=False,
    )


def _choose(
    file: str, journey: Journey, step: Ask | Tell, way: StepAction, typed: JsonValue
) -> None:
    """Handle a click in the phone, with the same actions as in the wizard."""
    if isinstance(step, Ask) and way == "confirm_other":
        preview_session.open_question(file, step)
        return
    raw = player.raw_answer(journey, step, way, typed)
    if isinstance(step, Ask) and inputs.widget_of(step.kind).uploads:
        raw = _file_names(raw)
    preview_session.answer(file, journey, step, raw, insisted=way == "keep_as_is")


def _choose_page(
    file: str, journey: Journey, steps: Sequence[Ask], way: StepAction, typed: player.Typed
) -> None:
    steps = [step for step in steps if not question_page.is_left_empty(step, typed)]
    raw = {step.id: question_page.raw_answer(step, typed) for step in steps}
    for step in steps:
        if inputs.widget_of(step.kind).uploads:
            raw[step.id] = _file_names(raw[step.id])
    preview_session.answer_page(file, journey, steps, raw, insisted=way == "keep_as_is")


def _file_names(uploaded: JsonValue) -> JsonValue:
    """Return the names of uploaded files, which stand for the stored files' ids."""
    if uploaded is None:
        return None
    files = uploaded if isinstance(uploaded, list) else []
    return [str(getattr(file, "name", file)) for file in files] or ""


def _draw_end(
    session: PreviewSession, journey: Journey, language: Language, authors_language: Language
) -> None:
    """Draw the end: solved, or the review with, for the author, queue and priority."""
    st.header(words(_END_TITLES[journey.end or "ticket"], language), anchor=False)
    ending = None if journey.ending is None else fill_step(journey, journey.ending)
    if ending is not None and ending.text:
        st.markdown(escape_markdown(ending.text.in_(language)))
    if journey.end == "solved":
        return
    read_back.draw(journey, language)
    if journey.for_review:
        screen = _player(session, journey, language)
        question_page.draw_last_screen(screen, journey.for_review, note="")
    checklist, draft = journey.checklist, journey.draft
    routing = words(
        "studio_queue",
        authors_language,
        queue=queue(checklist, draft),
        priority=priority(checklist, draft),
    )
    st.caption(escape_markdown(routing))
