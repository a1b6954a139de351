"""Draws several questions on one screen, and reads what was typed into them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from pydantic import JsonValue

from intake.journey import Ask, filled
from intake.ui import actions, inputs
from intake.ui.author_link import draw_link
from intake.ui.input_field import Field
from intake.ui.markdown_escape import escape_markdown
from intake.ui.player import Player, StepAction, Typed, draw_hint, draw_why, measured_words
from intake.ui.texts import words


def draw_page(player: Player, steps: Sequence[Ask]) -> None:
    """Several questions on one screen, each with its own input, and one Next for all."""
    first, language = steps[0], player.language
    with st.form(f"{player.key_prefix}form-page-{first.id}", border=False, enter_to_submit=False):
        for step in steps:
            _draw_question_of_page(player, step)
        hints = [hint for step in steps if (hint := player.hint(step.id))]
        can_insist = any(hint.can_insist and not hint.suggestion for hint in hints)
        ways: list[StepAction] = ["next", "keep_as_is"] if can_insist else ["next"]
        for way in ways:
            actions.submit_button(
                words(way, language),
                key=f"{player.key_prefix}{way}-{first.id}",
                type="primary" if way == "next" else "secondary",
                width="stretch",
                on_click=player.choose_page,
                args=(steps, way),
                collect=partial(_typed_on_page, steps),
            )
    draw_why(player, *steps)


def _draw_question_of_page(player: Player, step: Ask) -> None:
    language, step = player.language, filled(player.journey, step)
    st.subheader(escape_markdown(step.text.in_(language)), anchor=False)
    if step.help:
        st.caption(escape_markdown(step.help.in_(language)))
    draw_link(step, language)
    answer, proposal = player.journey.draft.answers.get(step.id), player.journey.proposal(step)
    if answer is None and proposal is not None:
        # Measured: filled in, and said so; Next agrees to it as the yes of a screen of its own.
        st.caption(measured_words(player, proposal))
        value = proposal.value
    else:
        value = answer.value if answer else None
    inputs.draw(Field(step, value, answer is not None, language, is_on_page=True))
    draw_hint(player, step)


def _typed_on_page(steps: Sequence[Ask]) -> Typed:
    return {step.id: inputs.collect(step) for step in steps}


def raw_answer(step: Ask, typed: Typed) -> JsonValue:
    """The answer that a page's Next means for one of its questions."""
    raw = typed.get(step.id)
    # What may be passed over was: there is no Skip of its own on a page.
    return None if not step.required and raw in ("", []) else raw
