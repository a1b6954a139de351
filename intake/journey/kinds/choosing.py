"""Shared by the kinds of question with choices: reading a choice, and its label."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from intake.journey.conditions import scalar_text
from intake.journey.kinds.input_text import quote
from intake.journey.kinds.spec import (
    AnswerContext,
    Display,
    Hint,
    MeasuredAnswer,
    ReadAnswer,
    Reader,
    ReadingTime,
    ReadMeasured,
)
from intake.journey.model import Text
from intake.journey.steps import Ask

Choices = Callable[[Ask], Mapping[str, Text]]


def choice_reader(choices: Choices) -> Reader:
    """Return a reader that takes the id of a choice; a boolean means `yes` or `no`."""

    def read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
        word = ("yes" if raw else "no") if isinstance(raw, bool) else str(raw)
        allowed = choices(asked.step)
        return (word, False) if word in allowed else no_such_choice(asked, word, allowed)

    return read


def measured_choice(choices: Choices) -> ReadMeasured:
    """Return a converter of a measured value to the choice with this id: status 404 is `404`."""

    def read(ask: Ask, value: JsonValue, _: str | None) -> MeasuredAnswer | None:
        word = scalar_text(value) if isinstance(value, str | int | float) else ""
        return (word, word) if word in choices(ask) else None

    return read


def no_such_choice(asked: AnswerContext, word: str, allowed: Mapping[str, Text]) -> Hint:
    """Return the hint that lists the choices; it can't be insisted against."""
    listed = ", ".join(allowed)
    return asked.hint("choice", can_insist=False, said=quote(word, asked.language), allowed=listed)


def choice_display(choices: Choices) -> Display:
    """Return a display of the labels of the chosen ids; an id without a label is shown itself."""

    def display(ask: Ask, value: JsonValue, language: str, _: ReadingTime) -> str:
        labels = choices(ask)
        chosen = [str(name) for name in (value if isinstance(value, list) else [value])]
        return ", ".join(labels[name].in_(language) if name in labels else name for name in chosen)

    return display
