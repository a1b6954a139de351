"""How a question and an advice look, to a customer as in an author's preview."""

from __future__ import annotations

import streamlit as st
from pydantic import JsonValue

from diagnostics import Finding, remedy_steps
from diagnostics.texts import Language
from intake.journey import Ask, Checklist, Hint, Tell
from intake.journey.display import display_of
from intake.journey.explain import shown_when
from intake.ui import inputs
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words


def draw_heading(step: Ask, language: Language) -> None:
    """The question, and how to find the answer."""
    st.header(escape_markdown(step.text.in_(language)), anchor=False)
    if step.help:
        st.caption(escape_markdown(step.help.in_(language)))


def draw_seen(step: Ask, value: JsonValue, language: Language) -> None:
    """The question in short and what was measured: a sentence to say yes to."""
    title = f"{(step.short or step.text).in_(language)}: {display_of(step, value, language)}"
    st.header(escape_markdown(title, limit=200), anchor=False)


def draw_why(checklist: Checklist, step: Ask, language: Language) -> None:
    """Why it is asked, aside until it is wanted: the author's words, and what led to it."""
    reasons = [step.why.in_(language) if step.why else None]
    reasons.append(shown_when(checklist, step, language))
    said = [reason for reason in reasons if reason]
    if said:
        with st.expander(words("why_asked", language), type="compact"):
            for reason in said:
                st.write(escape_markdown(reason))


def ways_on(step: Ask, hint: Hint | None) -> list[str]:
    """Next, and beside it the one other way on that fits."""
    if hint and hint.can_insist and not hint.suggestion:
        return ["next", "keep_as_is"]
    if not step.required and inputs.widget_of(step.kind).has_skip:
        return ["next", "skip"]
    if step.dont_know and not inputs.has_own_dont_know(step):
        return ["next", "dont_know"]
    return ["next"]


def draw_advice(step: Tell, cause: Finding | None, language: Language) -> None:
    """What is the matter, and the moves in order."""
    st.markdown(escape_markdown(step.text.in_(language)))
    if todo := moves(step, cause, language):
        st.markdown(f"**{words('you_can', language)}**")
        numbered = enumerate(todo, start=1)
        st.markdown("\n".join(f"{place}. {escape_markdown(move)}" for place, move in numbered))


def moves(step: Tell, cause: Finding | None, language: Language) -> tuple[str, ...]:
    """What to do: the steps of the provider's panel where it has some, else the author's."""
    known = remedy_steps(cause, language) if cause else ()
    return known or tuple(move.in_(language) for move in step.do)


def advice_title(step: Tell, language: Language) -> str:
    """The heading of an advice without a measured cause: its first sentence."""
    return escape_markdown(step.text.in_(language).split(". ")[0], limit=120)


def ways_on_from_advice(step: Tell) -> list[str]:
    """What can be said to an advice, the likeliest first."""
    ways = ["still_broken"] if step.solved == "offer" else ["go_on"]
    if step.about:
        ways.append("check_again")
    return ["works_now", *ways] if step.solved == "offer" else ways
