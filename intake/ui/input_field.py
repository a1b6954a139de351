"""The input of a question: the data of its widget, and its keys in the session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from pydantic import JsonValue

from diagnostics.texts import Language
from intake.journey import Ask, choices_of
from intake.ui.texts import words

Prefill = Callable[[Ask], JsonValue]
DONT_KNOW = "\N{SYMBOL FOR NULL}"  # never a choice's id


@dataclass(frozen=True, slots=True)
class Field:
    """The data of a question's widget. `value` is the previous answer, None for "don't know"."""

    step: Ask
    value: JsonValue
    is_answered: bool
    language: Language
    is_on_page: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether the previous answer was "I don't know"."""
        return self.is_answered and self.value is None


def draw_prefill(prefill: Prefill | None, step: Ask, language: Language) -> JsonValue:
    """Return the answer found in the customer's own words, after drawing a note about it."""
    value = prefill(step) if prefill is not None else None
    if value is not None:
        st.caption(words("from_own_words", language))
    return value


def key_of(step: Ask, part: str = "answer") -> str:
    """Return the widget's key, which is the same after a restart."""
    return f"{part}-{step.id}"


def options_of(field: Field) -> dict[str, str]:
    """Return the choices by id, in the reader's language."""
    choices = choices_of(field.step)
    return with_dont_know({name: text.in_(field.language) for name, text in choices.items()}, field)


def with_dont_know(options: dict[str, str], field: Field) -> dict[str, str]:
    """Add "I don't know" as the last option if the question allows it."""
    if field.step.dont_know:
        options[DONT_KNOW] = words("dont_know", field.language)
    return options
