"""
Draws one screen of a journey: a question, a measured answer to confirm, an advice.

The customer's wizard and the author's preview play the same screens; what a click does differs, and
so the player is given it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Literal

import streamlit as st
from babel.dates import format_time
from pydantic import JsonValue

from diagnostics import (
    Finding,
    LetterReading,
    Report,
    finding_text,
    fixer_text,
    letter_text,
    remedy_steps,
)
from diagnostics.texts import Language
from intake.journey import Ask, Hint, Journey, Proposal, Source, Tell
from intake.journey.display import display_of
from intake.journey.explain import shown_when
from intake.journey.kinds import reading_of
from intake.ui import actions, inputs
from intake.ui.markdown_escape import escape_markdown, visible
from intake.ui.texts import words

StepAction = Literal[
    "next",
    "keep_as_is",
    "skip",
    "dont_know",
    "confirm_yes",
    "confirm_other",
    "confirm_cant",
    "works_now",
    "still_broken",
    "go_on",
    "check_again",
]
Choose = Callable[[Ask | Tell, StepAction, JsonValue], object]

_MAX_RESPONSE = 600  # characters of a server's words
_TAKE_INPUT: frozenset[StepAction] = frozenset({"next", "keep_as_is"})


@dataclass(frozen=True, slots=True)
class Player:
    """
    A journey on screen, and what its buttons do.

    `choose` takes a click on one of a step's ways on, and what was typed. `key_prefix` keeps the
    widgets of two players apart. `draw_attached` lists the files that a question has already.
    """

    journey: Journey
    language: Language
    zone: tzinfo
    choose: Choose
    key_prefix: str = ""
    hint: Hint | None = None
    draw_attached: Callable[[Ask], None] | None = None
    can_measure: bool = True


def draw_progress(journey: Journey, language: Language) -> None:
    """The share of the expected questions that is answered, under the checklist's title."""
    answered, expected = journey.progress
    title = escape_markdown(journey.checklist.title.in_(language))
    # Streamlit raises for a share above 1.0.
    st.progress(min(answered / expected, 1.0) if expected else 0.0, text=title)


def draw_question(player: Player, step: Ask) -> None:
    """An open question: its input, and the ways on."""
    language = player.language
    st.header(escape_markdown(step.text.in_(language)), anchor=False)
    if step.help:
        st.caption(escape_markdown(step.help.in_(language)))
    widget = inputs.widget_of(step.kind)
    if player.draw_attached is not None and widget.uploads:
        player.draw_attached(step)
    answer = player.journey.draft.answers.get(step.id)
    # A form: a field outside one runs the script when it is left, and again for the button.
    with st.form(
        f"{player.key_prefix}form-{step.id}",
        border=False,
        enter_to_submit=widget.enter_submits,
    ):
        value = answer.value if answer else None
        inputs.draw(step, value, answered=answer is not None, language=language)
        if player.hint:
            st.warning(escape_markdown(player.hint.text))
        _draw_ways(player, step, _ways_from_question(step, player.hint), actions.submit_button)
    _draw_why(player, step)


def draw_confirmation(player: Player, step: Ask, proposal: Proposal) -> None:
    """A measured answer, shown for a yes: never silently imposed, never typed again."""
    language = player.language
    label = (step.short or step.text).in_(language)
    title = f"{label}: {display_of(step, proposal.value, language)}"
    st.header(escape_markdown(title, limit=200), anchor=False)
    if proposal.source is Source.BROWSER:
        st.markdown(words("confirm_browser", language))
    elif isinstance(player.journey.checklist.by_id.get(proposal.fact.partition(".")[0]), Ask):
        st.markdown(words("confirm_read", language))
    else:
        st.markdown(words("confirm_measured", language, time=_measured_at(player, proposal)))
    ways: list[StepAction] = ["confirm_yes", "confirm_other"]
    _draw_ways(player, step, [*ways, "confirm_cant"] if step.dont_know else ways)


def draw_advice(player: Player, step: Tell) -> None:
    """What is the matter, what to do about it in order, who can fix it, and the ways on."""
    language = player.language
    reading = letter_reading(player.journey, step)
    if reading is not None:
        _draw_letter(player, step, reading)
        return
    cause = root_cause(player.journey, step)
    title = finding_text(cause, language).title if cause else _first_sentence(step, language)
    st.header(escape_markdown(title, limit=120), anchor=False)
    st.markdown(escape_markdown(step.text.in_(language)))
    draw_moves(step, cause, language)
    _draw_ways(player, step, _ways_from_advice(step, can_measure=player.can_measure))


def _draw_letter(player: Player, step: Tell, reading: LetterReading) -> None:
    """Why a letter came back, in the words for its cause, and the server's own."""
    language = player.language
    text = letter_text(reading, language)
    st.header(escape_markdown(text.title, limit=200), anchor=False)
    st.markdown(escape_markdown(text.explanation))
    st.markdown(f"**{words('you_can', language)}**")
    listed = (text.remedy, *(move.in_(language) for move in step.do))
    st.markdown("\n".join(f"- {escape_markdown(move)}" for move in listed))
    st.caption(words("fixer_line", language, fixer=text.who))
    if reading.leading is not None and reading.leading.response:
        with st.expander(words("letter_response", language), type="compact"):
            st.text(visible(reading.leading.response, limit=_MAX_RESPONSE))
    st.markdown(escape_markdown(step.text.in_(language)))
    _draw_ways(player, step, _ways_from_advice(step, can_measure=False))


def letter_reading(journey: Journey, step: Tell) -> LetterReading | None:
    """What the returned letter says that the advice is about; None where it is about none."""
    answer = journey.draft.answers.get(step.about) if step.about else None
    return reading_of(answer.value) if answer is not None else None


def draw_moves(step: Tell, cause: Finding | None, language: Language) -> None:
    """What to do, in order, and who can fix it."""
    if listed := moves(step, cause, language):
        numbered = enumerate(listed, start=1)
        st.markdown(f"**{words('you_can', language)}**")
        st.markdown("\n".join(f"{place}. {escape_markdown(move)}" for place, move in numbered))
    if cause:
        fixer = fixer_text(cause.fixer, "customer", language)
        st.caption(words("fixer_line", language, fixer=fixer))


def moves(step: Tell, cause: Finding | None, language: Language) -> tuple[str, ...]:
    """What to do: the steps of the provider's panel where it has some, else the author's."""
    panel_steps = remedy_steps(cause, language) if cause else ()
    return panel_steps or tuple(move.in_(language) for move in step.do)


def root_cause(journey: Journey, step: Tell) -> Finding | None:
    """The first finding of the check that the advice is about; None while there is none."""
    run = journey.run_of(step.about) if step.about else None
    report = Report.model_validate(run.report) if run and run.report else None
    return report.findings[0] if report is not None and report.findings else None


def raw_answer(journey: Journey, step: Ask | Tell, way: StepAction, typed: JsonValue) -> JsonValue:
    """The answer that a click on a way on means, as `Journey.accept` takes it."""
    if isinstance(step, Tell):
        return "solved" if way == "works_now" else "go-on"
    if way == "confirm_yes":
        proposal = journey.proposal(step)
        return proposal.value if proposal else None
    if way in {"dont_know", "skip", "confirm_cant"}:
        return None
    return typed


def _draw_ways(
    player: Player,
    step: Ask | Tell,
    ways: Sequence[StepAction],
    button: Callable[..., None] = actions.button,
) -> None:
    """One button a way on, the likeliest first and primary."""
    for place, way in enumerate(ways):
        button(
            words(way, player.language),
            key=f"{player.key_prefix}{way}-{step.id}",
            type="secondary" if place else "primary",
            width="stretch",
            on_click=player.choose,
            args=(step, way),
            collect=partial(_typed, step, way),
        )


def _typed(step: Ask | Tell, way: StepAction) -> JsonValue:
    """What the question's input holds, for the ways on that take it."""
    return inputs.collect(step) if isinstance(step, Ask) and way in _TAKE_INPUT else None


def _ways_from_question(step: Ask, hint: Hint | None) -> list[StepAction]:
    """Next, and the one other way on that fits."""
    if hint and hint.can_insist and not hint.suggestion:
        return ["next", "keep_as_is"]
    widget = inputs.widget_of(step.kind)
    if not step.required and widget.has_skip:
        return ["next", "skip"]
    if step.dont_know and not widget.has_own_dont_know:
        return ["next", "dont_know"]
    return ["next"]


def _ways_from_advice(step: Tell, *, can_measure: bool) -> list[StepAction]:
    ways: list[StepAction] = ["works_now", "still_broken"] if step.solved == "offer" else ["go_on"]
    return [*ways, "check_again"] if step.about and can_measure else ways


def _first_sentence(step: Tell, language: Language) -> str:
    """The heading of an advice without a measured cause."""
    return step.text.in_(language).split(". ")[0]


def _measured_at(player: Player, proposal: Proposal) -> str:
    # A fact is named after its check: "web.cause".
    run = player.journey.run_of(proposal.fact.partition(".")[0])
    at = run.started_at if run else datetime.now(UTC)
    return format_time(at.astimezone(player.zone), "HH:mm", locale=player.language)


def _draw_why(player: Player, step: Ask) -> None:
    """Why it is asked, aside until it is wanted: the author's words, and what led to it."""
    condition = shown_when(player.journey.checklist, step, player.language)
    reasons = [step.why.in_(player.language) if step.why else None, condition]
    if not any(reasons):
        return
    with st.expander(words("why_asked", player.language), type="compact"):
        for reason in filter(None, reasons):
            st.write(escape_markdown(reason))
