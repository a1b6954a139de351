"""A link of the host's panel names the problem and known values: proposals to begin with."""

from __future__ import annotations

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Ask, Checklist
from intake.ui import actions, address, session
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import words
from intake.wizard.case import begin

# Kinds with a text field, in which the customer can read and change the value first.
_FIELDS = frozenset({"target", "text", "long-text", "e-mail", "phone"})


def draw(language: Language) -> None:
    """Draw the link's proposals; nothing if it names no checklist that customers can choose."""
    problem, proposed = address.proposals()
    checklist = services().checklists.get(problem) if problem else None
    if problem is None or checklist is None or not checklist.head.offered:
        return
    answers = _fitting(checklist, proposed)
    with st.container(key="proposed", gap=None):
        st.markdown(f"**{escape_markdown(checklist.title.in_(language))}**")
        for step, text in answers.items():
            ask = checklist.by_id[step]
            label = (ask.short or ask.text).in_(language) if isinstance(ask, Ask) else step
            st.text(f"{visible(label, limit=60)}: {visible(text, limit=120)}")
        actions.button(
            words("proposed_start", language),
            key="begin-proposed",
            type="primary",
            on_click=_begin,
            args=(problem, answers, language),
        )


def _fitting(checklist: Checklist, proposed: dict[str, str]) -> dict[str, str]:
    """Return the proposals for which there is a field; none is an answer before it is confirmed."""
    steps = {step.id: step for step in checklist.asks}
    return {
        name: text
        for name, text in proposed.items()
        if name in steps and steps[name].kind in _FIELDS and text.strip()
    }


def _begin(problem: str, answers: dict[str, str], language: Language) -> None:
    for step, text in answers.items():
        session.prefill(f"answer-{step}", text)
    begin(problem, language)
