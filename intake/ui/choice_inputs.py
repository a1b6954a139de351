"""Inputs for choosing: one of a few, several of a few, an approximate time."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from pydantic import JsonValue

from intake.journey import Ask
from intake.journey.kinds import spec_of
from intake.ui import session
from intake.ui.input_field import DONT_KNOW, Field, key_of, options_of, with_dont_know
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words

_MAX_CHIPS = 8
_MAX_CHIP_LENGTH = 28  # characters: one line at 360 px


def draw_choice(field: Field) -> None:
    """Draw a choice of one: chips if they are short, else one line each."""
    options = options_of(field)
    ids = list(options)
    chosen = DONT_KNOW if field.is_unknown else field.value
    # Nothing is preselected: tapping Next in a hurry must not give an answer.
    before = str(chosen) if chosen in options else None
    if _fit_chips(options):
        _draw_chips(field, options, before)
        return
    st.radio(
        field.step.text.in_(field.language),
        ids,
        index=ids.index(before) if before else None,
        format_func=lambda name: escape_markdown(options[name]),
        key=key_of(field.step),
        label_visibility="collapsed",
        width="stretch",
    )


def _fit_chips(options: Mapping[str, str]) -> bool:
    """Check whether the choices are few and short enough for chips on a phone."""
    return len(options) <= _MAX_CHIPS and max(map(len, options.values())) <= _MAX_CHIP_LENGTH


def _draw_chips(field: Field, options: Mapping[str, str], before: str | None) -> None:
    st.pills(
        field.step.text.in_(field.language),
        list(options),
        default=before,
        format_func=lambda name: escape_markdown(options[name]),
        key=key_of(field.step),
        label_visibility="collapsed",
    )


def collect_choice(step: Ask) -> JsonValue:
    """Return the choice's id, "" if none is chosen, or None for "don't know"."""
    value = session.value(key_of(step))
    return None if value == DONT_KNOW else value or ""


def draw_choices(field: Field) -> None:
    """Draw a choice of several, as chips."""
    options = options_of(field)
    before = [DONT_KNOW] if field.is_unknown else field.value
    st.pills(
        field.step.text.in_(field.language),
        list(options),
        selection_mode="multi",
        default=[name for name in before if name in options] if isinstance(before, list) else None,
        format_func=lambda name: escape_markdown(options[name]),
        key=key_of(field.step),
        label_visibility="collapsed",
    )


def collect_choices(step: Ask) -> JsonValue:
    """Return the ids of the chosen ones, or None for "don't know"."""
    picked = list(session.value(key_of(step)) or [])
    return None if DONT_KNOW in picked else picked


def draw_time(field: Field) -> None:
    """Draw approximate answers as chips, and a field for an exact time or duration."""
    step, language = field.step, field.language
    options = with_dont_know(
        {name: text.in_(language) for name, text in spec_of(step).quick_picks.items()}, field
    )
    before = str(field.value.get("said", "")) if isinstance(field.value, dict) else ""
    quick = DONT_KNOW if field.is_unknown else before
    st.pills(
        words("roughly", language),
        list(options),
        default=quick if quick in options else None,
        format_func=lambda name: escape_markdown(options[name]),
        key=key_of(step),
        label_visibility="collapsed",
    )
    st.text_input(
        words(f"{step.kind}_exact", language),
        # An approximate answer is shown by its chip only.
        value=before if before not in options else "",
        placeholder=words(f"{step.kind}_placeholder", language),
        key=key_of(step, "exact"),
        max_chars=200,
    )


def collect_time(step: Ask) -> JsonValue:
    """Return the exact words if there are some, else the approximate answer."""
    exact = (session.value(key_of(step, "exact")) or "").strip()
    return exact or collect_choice(step)
