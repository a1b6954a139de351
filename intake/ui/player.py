"""
Draws one screen of a journey: a question, a measured answer to confirm, an advice.

The customer's wizard and the author's preview draw the same screens; the functions that clicks call
differ, so they are passed to the player.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Literal

import streamlit as st
from babel.dates import format_time
from pydantic import JsonValue

from diagnostics import LetterReading, finding_text, fixer_text, letter_text
from diagnostics.texts import Language
from intake.journey import (
    Ask,
    Hint,
    Journey,
    Proposal,
    Source,
    Tell,
    cause_of_advice,
    choices_of,
    fixer_of,
    moves_of,
    text_of_advice,
)
from intake.journey.display import display_of
from intake.journey.explain import visibility_in_words
from intake.journey.filled_texts import fill_step, filled_step_lookup
from intake.journey.kinds import reading_of
from intake.ui import actions, inputs
from intake.ui.below_text import draw_below_text
from intake.ui.input_field import Field, Prefill, draw_prefill
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.measured_figures import draw_figures
from intake.ui.step_actions import StepAction, label_of
from intake.ui.texts import words

Choose = Callable[[Ask | Tell, StepAction, JsonValue], object]
Typed = Mapping[str, JsonValue]  # the values of a page's inputs, by step
ChoosePage = Callable[[Sequence[Ask], StepAction, Typed], object]

_MAX_RESPONSE = 600  # characters of a server's response
_TAKE_INPUT: frozenset[StepAction] = frozenset({"next", "keep_as_is"})


@dataclass(frozen=True, slots=True)
class Player:
    """
    A journey on screen, and the functions that its buttons call.

    `choose` handles a click on one of a step's actions, with what was typed; `choose_page` one on a
    page of several questions. `hint` returns the hint at a step. `key_prefix` separates the widgets
    of two players. `draw_attached` lists the files that a question already has. `prefill` returns
    an
    answer found in the customer's own words, to be confirmed.
    """

    journey: Journey
    language: Language
    zone: tzinfo
    choose: Choose
    choose_page: ChoosePage
    hint: Callable[[str], Hint | None]
    key_prefix: str = ""
    draw_attached: Callable[[Ask], None] | None = None
    prefill: Prefill | None = None
    can_measure: bool = True


def draw_progress(journey: Journey, language: Language) -> None:
    """Draw the progress bar: the share of the expected questions that is answered."""
    answered, expected = journey.progress
    title = escape_markdown(journey.checklist.title.in_(language))
    # Streamlit raises for a share above 1.0.
    st.progress(min(answered / expected, 1.0) if expected else 0.0, text=title)


def draw_question(player: Player, step: Ask) -> None:
    """Draw an open question: its input and its buttons."""
    language, step = player.language, fill_step(player.journey, step)
    st.header(escape_markdown(step.text.in_(language)), anchor=False)
    if step.help:
        st.caption(escape_markdown(step.help.in_(language)))
    draw_below_text(step, language)
    answer = player.journey.draft.answers.get(step.id)
    widget = inputs.widget_of(step.kind)
    value = answer.value if answer else draw_prefill(player.prefill, step, language)
    if widget.is_tapped:
        _draw_choices(player, step, value)
        draw_why(player, step)
        return
    if player.draw_attached is not None and widget.uploads:
        player.draw_attached(step)
    # A form: a field outside of one runs the script on leaving it, and again for the button.
    with st.form(
        f"{player.key_prefix}form-{step.id}",
        border=False,
        enter_to_submit=widget.enter_submits,
    ):
        inputs.draw(Field(step, value, answer is not None, language))
        draw_hint(player, step)
        ways = _question_actions(step, player.hint(step.id))
        _draw_actions(player, step, ways, actions.submit_button)
    draw_why(player, step)


def _draw_choices(player: Player, step: Ask, before: JsonValue) -> None:
    """Draw one button per choice: a tap is the answer. The previous answer is highlighted."""
    language = player.language
    draw_hint(player, step)
    with st.container(key=f"{player.key_prefix}choices-{step.id}", gap="small"):
        for name, label in choices_of(step).items():
            actions.button(
                escape_markdown(label.in_(language)),
                key=f"{player.key_prefix}choose-{step.id}-{name}",
                type="primary" if name == before else "secondary",
                width="stretch",
                on_click=player.choose,
                args=(step, "next", name),
            )
        if step.dont_know:
            _draw_actions(player, step, ["dont_know"], first="secondary")


def draw_confirmation(player: Player, step: Ask, proposal: Proposal) -> None:
    """Draw a measured answer for confirmation: neither imposed silently nor typed again."""
    language, step = player.language, fill_step(player.journey, step)
    label = (step.short or step.text).in_(language)
    title = f"{label}: {display_of(step, proposal.value, language)}"
    st.header(escape_markdown(title, limit=200), anchor=False)
    st.markdown(measured_words(player, proposal))
    ways: list[StepAction] = ["confirm_yes", "confirm_other"]
    _draw_actions(player, step, [*ways, "confirm_cant"] if step.dont_know else ways)


def measured_words(player: Player, proposal: Proposal) -> str:
    """Return where a measured answer comes from, and what to do about it."""
    language = player.language
    if proposal.source is Source.BROWSER:
        return words("confirm_browser", language)
    if isinstance(player.journey.checklist.by_id.get(proposal.fact.partition(".")[0]), Ask):
        return words("confirm_read", language)
    return words("confirm_measured", language, time=_measured_at(player, proposal))


def draw_advice(player: Player, step: Tell) -> None:
    """Draw an advice: the problem, the moves in order, who can fix it, and the buttons."""
    language, step = player.language, fill_step(player.journey, step)
    if (reading := letter_reading(player.journey, step)) is not None:
        _draw_letter(player, step, reading)
        return
    cause = cause_of_advice(player.journey, step)
    title = finding_text(cause, language).title if cause else step.text.in_(language).split(". ")[0]
    st.header(escape_markdown(title, limit=120), anchor=False)
    st.markdown(escape_markdown(text_of_advice(player.journey, step, language)))
    draw_moves(player.journey, step, language)
    run = player.journey.run_of(step.about) if step.about else None
    if cause is not None and run is not None:
        draw_figures(cause.code, run.report, language)
    draw_below_text(step, language)
    _draw_actions(player, step, _advice_actions(step, can_measure=player.can_measure))


def _draw_letter(player: Player, step: Tell, reading: LetterReading) -> None:
    """Draw why a letter came back: the text of its cause, and the server's response."""
    language, text = player.language, letter_text(reading, player.language)
    st.header(escape_markdown(text.title, limit=200), anchor=False)
    st.markdown(escape_markdown(text.explanation))
    st.markdown(f"**{words('you_can', language)}**")
    listed = moves_of(player.journey, step, language)
    st.markdown("\n".join(f"- {escape_markdown(move)}" for move in listed))
    st.caption(words("fixer_line", language, fixer=text.who))
    if reading.main_recipient is not None and reading.main_recipient.response:
        with st.expander(words("letter_response", language), type="compact"):
            st.text(visible(reading.main_recipient.response, limit=_MAX_RESPONSE))
    st.markdown(escape_markdown(step.text.in_(language)))
    draw_below_text(step, language)
    _draw_actions(player, step, _advice_actions(step, can_measure=False))


def letter_reading(journey: Journey, step: Tell) -> LetterReading | None:
    """Return the reading of the returned letter that the advice is about, or None."""
    answer = journey.draft.answers.get(step.about) if step.about else None
    return reading_of(answer.value) if answer is not None else None


def draw_moves(journey: Journey, step: Tell, language: Language) -> None:
    """Draw the moves in order, and who can fix it."""
    if listed := moves_of(journey, step, language):
        numbered = enumerate(listed, start=1)
        st.markdown(f"**{words('you_can', language)}**")
        st.markdown("\n".join(f"{place}. {escape_markdown(move)}" for place, move in numbered))
    if cause := cause_of_advice(journey, step):
        fixer = fixer_text(fixer_of(journey, cause), "customer", language)
        st.caption(words("fixer_line", language, fixer=fixer))


def raw_answer(journey: Journey, step: Ask | Tell, way: StepAction, typed: JsonValue) -> JsonValue:
    """Return the answer that a click on an action means, as `Journey.accept` takes it."""
    if isinstance(step, Tell):
        return "solved" if way == "works_now" else "go-on"
    if way == "confirm_yes":
        proposal = journey.proposal(step)
        return proposal.value if proposal else None
    if way in {"dont_know", "skip", "confirm_cant"}:
        return None
    return typed


def _draw_actions(
    player: Player,
    step: Ask | Tell,
    ways: Sequence[StepAction],
    button: Callable[..., None] = actions.button,
    *,
    first: Literal["primary", "secondary"] = "primary",
) -> None:
    """Draw one button per action, the likeliest first and by default primary."""
    for place, way in enumerate(ways):
        button(
            words(label_of(way, [player.hint(step.id)]), player.language),
            key=f"{player.key_prefix}{way}-{step.id}",
            type="secondary" if place else first,
            width="stretch",
            on_click=player.choose,
            args=(step, way),
            collect=partial(_typed, step, way),
        )


def _typed(step: Ask | Tell, way: StepAction) -> JsonValue:
    """Return the value of the question's input, for the actions that take it."""
    return inputs.collect(step) if isinstance(step, Ask) and way in _TAKE_INPUT else None


def _question_actions(step: Ask, hint: Hint | None) -> list[StepAction]:
    """Return Next, and at most one alternative."""
    if hint and hint.can_insist and not hint.suggestion:
        return ["next", "keep_as_is"]
    widget = inputs.widget_of(step.kind)
    if not step.required and widget.has_skip:
        return ["next", "skip"]
    if step.dont_know and not widget.has_own_dont_know:
        return ["next", "dont_know"]
    return ["next"]


def _advice_actions(step: Tell, *, can_measure: bool) -> list[StepAction]:
    ways: list[StepAction] = ["works_now", "still_broken"] if step.solved == "offer" else ["go_on"]
    return [*ways, "check_again"] if step.about and can_measure else ways


def _measured_at(player: Player, proposal: Proposal) -> str:
    # A fact is named after its check: "web.cause".
    run = player.journey.run_of(proposal.fact.partition(".")[0])
    at = run.started_at if run else datetime.now(UTC)
    return format_time(at.astimezone(player.zone), "HH:mm", locale=player.language)


def draw_hint(player: Player, step: Ask) -> None:
    """Draw the hint of a question whose answer wasn't accepted."""
    if hint := player.hint(step.id):
        st.warning(escape_markdown(hint.text))


def draw_why(player: Player, *steps: Ask) -> None:
    """Draw, folded, why it is asked: the author's text, and the condition that led to it."""
    if not (reasons := [reason for step in steps for reason in _reasons(player, step)]):
        return
    with st.expander(words("why_asked", player.language), type="compact"):
        for reason in dict.fromkeys(reasons):
            st.write(escape_markdown(reason))


def _reasons(player: Player, step: Ask) -> Iterator[str]:
    journey, language = player.journey, player.language
    if why := fill_step(journey, step).why:
        yield why.in_(language)
    if condition := visibility_in_words(
        journey.checklist, step, language, filled_step_lookup(journey)
    ):
        yield condition
