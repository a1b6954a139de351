"""The wizard as a customer would walk it, with made-up measurements, on a phone's width."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
from pydantic import JsonValue

from diagnostics import Report, finding_text
from diagnostics.texts import LANGUAGES, Language
from intake.journey import Ask, Checklist, Journey, Source, Tell, items, priority, queue, subject
from intake.publishing import is_section
from intake.studio import mock_findings, preview_session
from intake.studio.open_file import OpenFile
from intake.ui import inputs, questions, session
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import words

_LANGUAGE = "preview-language"
_ENDS = {
    "ticket": "studio_preview_end",
    "solved": "studio_preview_solved",
    "hand-over": "studio_preview_hand_over",
}
_NAMES: dict[Language, str] = {"en": "English", "ru": "Русский"}


def draw(open_file: OpenFile, language: Language) -> None:
    """The measurements to choose, and the phone."""
    checklist = open_file.checklist
    if checklist is None:
        st.caption(open_file.why_not_walked(language))
        return
    st.caption(words("studio_preview_note", language))
    if is_section(open_file.name):
        st.caption(words("studio_preview_from", language, name=escape_markdown(checklist.id)))
    with st.container(key="studio-stage", horizontal=True, gap="medium"):
        with st.container(key="studio-pretend"):
            customers = _draw_choices(open_file, checklist, language)
        with st.container(key="phone", border=True):
            _draw_phone(open_file.name, checklist, customers)


def _draw_choices(open_file: OpenFile, checklist: Checklist, language: Language) -> Language:
    """What the checks found, and which language the customer reads, which is returned."""
    customers = st.segmented_control(
        words("studio_preview_language", language),
        LANGUAGES,
        default=language,
        required=True,
        format_func=_NAMES.__getitem__,
        key=_LANGUAGE,
    )
    mock_findings.draw(checklist, language)
    st.button(
        words("studio_preview_restart", language),
        key="preview-restart",
        type="tertiary",
        on_click=preview_session.restart,
        args=(open_file.name,),
    )
    return customers


def _draw_phone(file: str, checklist: Checklist, language: Language) -> None:
    walk = preview_session.of(file)
    journey = preview_session.journey_of(walk, checklist, language)
    answered, expected = journey.progress
    st.progress(
        min(answered / expected, 1.0) if expected else 0.0,
        text=escape_markdown(checklist.title.in_(language)),
    )
    step = preview_session.current(walk, journey)
    if step is None:
        _draw_end(journey, language)
    elif isinstance(step, Tell):
        _draw_advice(file, journey, step, language)
    else:
        _draw_question(walk, journey, step, language)
    if walk.answers:
        st.button(
            words("back", language),
            key="preview-back",
            type="tertiary",
            on_click=preview_session.go_back,
            args=(file, journey, step),
        )


def _draw_question(
    walk: preview_session.PreviewSession, journey: Journey, step: Ask, language: Language
) -> None:
    proposal = journey.proposal(step)
    answer = journey.draft.answers.get(step.id)
    if proposal is not None and answer is None and walk.opened != step.id:
        questions.draw_seen(step, proposal.value, language)
        from_browser = proposal.source is Source.BROWSER
        now = f"{datetime.now(UTC):%H:%M}"
        told = "confirm_browser" if from_browser else "confirm_measured"
        st.markdown(words(told, language, **({} if from_browser else {"time": now})))
        for name in ("confirm_yes", "confirm_other", *(["confirm_cant"] * step.dont_know)):
            _button(walk.file, journey, step, name, language)
        return
    questions.draw_heading(step, language)
    with st.form(f"preview-form-{step.id}", border=False, enter_to_submit=False):
        said = answer.value if answer else None
        inputs.draw(step, said, answered=answer is not None, language=language)
        if walk.hint is not None:
            st.warning(escape_markdown(walk.hint.text))
        for name in questions.ways_on(step, walk.hint):
            st.form_submit_button(
                words(name, language),
                key=f"preview-{name}-{step.id}",
                type="primary" if name == "next" else "secondary",
                width="stretch",
                on_click=_choose,
                args=(walk.file, journey, step, name),
            )
    questions.draw_why(journey.checklist, step, language)


def _draw_advice(file: str, journey: Journey, step: Tell, language: Language) -> None:
    run = journey.run_of(step.about) if step.about else None
    report = Report.model_validate(run.report) if run and run.report else None
    cause = report.findings[0] if report is not None and report.findings else None
    if cause is not None:
        st.header(escape_markdown(finding_text(cause, language).title), anchor=False)
    else:
        st.header(questions.advice_title(step, language), anchor=False)
    questions.draw_advice(step, cause, language)
    for name in questions.ways_on_from_advice(step):
        if name != "check_again":  # nothing is measured here
            _button(file, journey, step, name, language)


def _button(file: str, journey: Journey, step: Ask | Tell, name: str, language: Language) -> None:
    st.button(
        words(name, language),
        key=f"preview-{name}-{step.id}",
        type="primary" if name in {"confirm_yes", "works_now", "go_on"} else "secondary",
        width="stretch",
        on_click=_choose,
        args=(file, journey, step, name),
    )


def _choose(file: str, journey: Journey, step: Ask | Tell, name: str) -> None:
    """What a click in the phone means; the same words as in the wizard."""
    session.mark_handled()
    if isinstance(step, Tell):
        preview_session.say(file, journey, step, "solved" if name == "works_now" else "go-on")
    elif name == "confirm_other":
        preview_session.ask_openly(file, step)
    elif name == "confirm_yes":
        proposal = journey.proposal(step)
        preview_session.say(file, journey, step, proposal.value if proposal else None)
    elif name in {"dont_know", "skip", "confirm_cant"}:
        preview_session.say(file, journey, step, None)
    else:
        raw = inputs.collect(step)
        if inputs.widget_of(step.kind).uploads:  # names stand for what would be stored
            raw = (
                [str(getattr(each, "name", each)) for each in raw] if isinstance(raw, list) else ""
            )
        preview_session.say(file, journey, step, raw, insisted=name == "keep_as_is")


def _names(uploaded: JsonValue) -> JsonValue:
    """The names of files stand for what would be stored of them."""
    files = uploaded if isinstance(uploaded, list) else []
    return [str(getattr(each, "name", "")) for each in files] or ""


def _draw_end(journey: Journey, language: Language) -> None:
    """The end: solved, or what would go to support, and where."""
    st.header(words(_ENDS[journey.end or "ticket"], language), anchor=False)
    if journey.ending is not None and journey.ending.text:
        st.markdown(escape_markdown(journey.ending.text.in_(language)))
    if journey.end == "solved":
        return
    checklist, draft = journey.checklist, journey.draft
    with st.container(key="preview-subject", gap=None):
        st.text(visible(subject(checklist, draft, language), limit=200))
        sent_to = words(
            "studio_queue",
            language,
            queue=queue(checklist, draft),
            priority=priority(checklist, draft),
        )
        st.caption(escape_markdown(sent_to))
    for line in items(checklist, draft, now=datetime.now(UTC)):
        source = words(f"source_{line.source}", language)
        with st.container(key=f"preview-line-{line.id}", gap=None):
            st.caption(f"{escape_markdown(line.label.in_(language))} · *{source}*")
            st.text(visible(line.display[language], limit=300))
