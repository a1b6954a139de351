"""Questions that are answered by choosing: one of a few, some of them, a rough time."""

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

_MOST_CHIPS = 8
_LONGEST_CHIP = 28  # characters: one line at 360 px


def draw_choice(field: Field) -> None:
    """One of a few: chips where they are short, else a line each."""
    options = options_of(field)
    ids = list(options)
    chosen = DONT_KNOW if field.is_unknown else field.value
    # Nothing is chosen beforehand: who taps Next in a hurry would have answered.
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
    """Whether the choices are so few and short that they stand side by side on a phone."""
    return len(options) <= _MOST_CHIPS and max(map(len, options.values())) <= _LONGEST_CHIP


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
    """The choice's id; empty where none is chosen."""
    value = session.value(key_of(step))
    return None if value == DONT_KNOW else value or ""


def draw_choices(field: Field) -> None:
    """Some of a few, as chips."""
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
    """The ids of what is chosen."""
    picked = list(session.value(key_of(step)) or [])
    return None if DONT_KNOW in picked else picked


def draw_time(field: Field) -> None:
    """Rough answers for one tap, and a line for the exact one: a time, or how long."""
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
        # A rough answer is shown by its pill alone.
        value=before if before not in options else "",
        placeholder=words(f"{step.kind}_placeholder", language),
        key=key_of(step, "exact"),
        max_chars=200,
    )


def collect_time(step: Ask) -> JsonValue:
    """The exact words where there are some, else the rough answer."""
    exact = (session.value(key_of(step, "exact")) or "").strip()
    return exact or collect_choice(step)
