"""Draws several questions on one screen, and reads their inputs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from pydantic import JsonValue

from intake.journey import Ask, fill_step
from intake.journey.draft import LEFT_EMPTY, NO_ANSWER
from intake.ui import actions, inputs
from intake.ui.below_text import draw_below_text
from intake.ui.input_field import Field, draw_prefill
from intake.ui.markdown_escape import escape_markdown
from intake.ui.player import (
    Player,
    Typed,
    draw_hint,
    draw_why,
    measured_words,
)
from intake.ui.step_actions import StepAction, label_of
from intake.ui.texts import words


def draw_page(player: Player, steps: Sequence[Ask]) -> None:
    """Draw several questions on one screen, each with its input, and one Next for all."""
    first, language = steps[0], player.language
    with st.form(f"{player.key_prefix}form-page-{first.id}", border=False, enter_to_submit=False):
        for step in steps:
            draw_question_of_page(player, step)
        for way in _page_actions(player, steps):
            actions.submit_button(
                words(label_of(way, [player.hint(step.id) for step in steps]), language),
                key=f"{player.key_prefix}{way}-{first.id}",
                type="primary" if way == "next" else "secondary",
                width="stretch",
                on_click=player.choose_page,
                args=(steps, way),
                collect=partial(_typed_on_page, steps),
            )
    draw_why(player, *steps)


def draw_last_screen(player: Player, steps: Sequence[Ask], *, note: str) -> None:
    """
    Draw the questions of the last screen, the optional ones folded, and the Send button.

    `note` is shown above the button: when somebody answers; "" for nothing.
    """
    language, key = player.language, f"{player.key_prefix}form-review"
    with st.form(key, border=False, enter_to_submit=False):
        for step in steps:
            if not step.optional:
                draw_question_of_page(player, step)
        _draw_additions(player, [step for step in steps if step.optional])
        if note:
            st.write(note)
        for way in _page_actions(player, steps):
            is_first = way == "next"
            actions.submit_button(
                words("send" if is_first else "send_as_is", language),
                key=f"{player.key_prefix}send" if is_first else f"{player.key_prefix}{way}-review",
                type="primary" if is_first else "secondary",
                width="stretch",
                on_click=player.choose_page,
                args=(steps, way),
                collect=partial(_typed_on_page, steps),
            )
    draw_why(player, *steps)


def _draw_additions(player: Player, steps: Sequence[Ask]) -> None:
    """Draw the optional questions, folded to one line."""
    if not steps:
        return
    language = player.language
    wordings = [fill_step(player.journey, step) for step in steps]
    names = [(step.short or step.text).in_(language) for step in wordings]
    labels = ", ".join(map(_within_a_sentence, names))
    title = escape_markdown(words("review_add", language, labels=labels), limit=200)
    has_hint = any(player.hint(step.id) for step in steps)
    with st.expander(title, expanded=has_hint, key="additions", type="compact"):
        for step in steps:
            draw_question_of_page(player, step)


def _within_a_sentence(label: str) -> str:
    """Lower the first letter of a label for the middle of a sentence; not of abbreviations."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _page_actions(player: Player, steps: Sequence[Ask]) -> list[StepAction]:
    """Return Next, and "keep as is" if some hints allow it."""
    hints = [hint for step in steps if (hint := player.hint(step.id))]
    can_insist = any(hint.can_insist and not hint.suggestion for hint in hints)
    return ["next", "keep_as_is"] if can_insist else ["next"]


def draw_question_of_page(player: Player, step: Ask) -> None:
    """Draw one question among others: its text, its input, and its hint."""
    language, step = player.language, fill_step(player.journey, step)
    st.subheader(escape_markdown(step.text.in_(language)), anchor=False)
    if step.help:
        st.caption(escape_markdown(step.help.in_(language)))
    draw_below_text(step, language)
    answer, proposal = player.journey.draft.answers.get(step.id), player.journey.proposal(step)
    if answer is None and proposal is not None:
        # A measured value is filled in with a note; Next confirms it, like "yes" on its own screen.
        st.caption(measured_words(player, proposal))
        value = proposal.value
    else:
        value = answer.value if answer else draw_prefill(player.prefill, step, language)
    inputs.draw(Field(step, value, answer is not None, language, is_on_page=True))
    draw_hint(player, step)


def _typed_on_page(steps: Sequence[Ask]) -> Typed:
    return {step.id: inputs.collect(step) for step in steps}


def is_left_empty(step: Ask, typed: Typed) -> bool:
    """Check whether an optional question was left empty, and so stays unasked."""
    return step.optional and typed.get(step.id) in NO_ANSWER


def raw_answer(step: Ask, typed: Typed) -> JsonValue:
    """Return the answer that a page's Next means for one of its questions."""
    raw = typed.get(step.id)
    # An empty optional answer is skipped: a page has no Skip buttons.
    return None if not step.required and raw in LEFT_EMPTY else raw
