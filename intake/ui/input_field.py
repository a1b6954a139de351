"""What the widget of a question is drawn from, and where the session keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from pydantic import JsonValue

from diagnostics.texts import Language
from intake.journey import Ask, choices_of
from intake.ui.texts import words

Prefill = Callable[[Ask], JsonValue]
DONT_KNOW = "\N{SYMBOL FOR NULL}"  # no checklist can name a choice so


@dataclass(frozen=True, slots=True)
class Field:
    """What a widget is drawn from. `value` is what was answered before, None for "don't know"."""

    step: Ask
    value: JsonValue
    is_answered: bool
    language: Language
    is_on_page: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether the answer before was "I don't know"."""
        return self.is_answered and self.value is None


def draw_prefill(prefill: Prefill | None, step: Ask, language: Language) -> JsonValue:
    """What the customer's own words would answer, with a line that says where it is from."""
    value = prefill(step) if prefill is not None else None
    if value is not None:
        st.caption(words("from_own_words", language))
    return value


def key_of(step: Ask, part: str = "answer") -> str:
    """The widget's key: the same question is the same widget, also after a restart."""
    return f"{part}-{step.id}"


def options_of(field: Field) -> dict[str, str]:
    """The choices by id, in the reader's language."""
    choices = choices_of(field.step)
    return with_dont_know({name: text.in_(field.language) for name, text in choices.items()}, field)


def with_dont_know(options: dict[str, str], field: Field) -> dict[str, str]:
    """The options, and "I don't know" last where the question allows it."""
    if field.step.dont_know:
        options[DONT_KNOW] = words("dont_know", field.language)
    return options
