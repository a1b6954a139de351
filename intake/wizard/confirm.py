"""A measured answer, shown for a yes: never silently imposed, never typed again."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
from babel.dates import format_time

from intake.journey import Ask, Proposal, Source
from intake.ui import address, questions, session
from intake.ui.texts import words
from intake.wizard.case import Case, find_case, say, zone


def draw(case: Case, step: Ask) -> None:
    """Show what we measured, with yes, no and "I can't look now"."""
    proposal = case.journey.proposal(step)
    if proposal is None:  # pragma: no cover - the caller asks only with a proposal
        return
    _draw_seen(case, step, proposal)
    clicked = None
    for name, kind in (("confirm_yes", "primary"), ("confirm_other", "secondary")):
        if _button(case, step, name, kind):
            clicked = name
    if step.dont_know and _button(case, step, "confirm_cant", "secondary"):
        clicked = "confirm_cant"
    if clicked and not session.take_handled():
        _choose(case.token, step, clicked)
        st.rerun()


def _draw_seen(case: Case, step: Ask, proposal: Proposal) -> None:
    """The question in short, what we saw, and since when: a sentence to say yes to."""
    language = case.language
    questions.draw_seen(step, proposal.value, language)
    if proposal.source is Source.BROWSER:
        st.markdown(words("confirm_browser", language))
        return
    run = case.journey.run_of(proposal.fact.partition(".")[0])
    at = format_time(
        (run.started_at if run else datetime.now(UTC)).astimezone(zone(case)),
        "HH:mm",
        locale=language,
    )
    st.markdown(words("confirm_measured", language, time=at))


def _button(case: Case, step: Ask, name: str, kind: str) -> bool:
    return st.button(
        words(name, case.language),
        key=f"{name}-{step.id}",
        type="primary" if kind == "primary" else "secondary",
        width="stretch",
        on_click=_choose,
        args=(case.token, step, name),
    )


def _choose(token: str, step: Ask, name: str) -> None:
    session.mark_handled()
    if name == "confirm_other":
        address.go_to(step.id, as_question=True)
        return
    raw = None
    if name == "confirm_yes":
        case = find_case(token)
        proposal = case.journey.proposal(step) if case else None
        raw = proposal.value if proposal else None
    say(token, step, raw)
