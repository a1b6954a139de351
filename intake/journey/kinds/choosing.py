"""What kinds of question with choices share: reading a choice, and its label."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from intake.journey.conditions import as_word
from intake.journey.kinds.input_text import quoted
from intake.journey.kinds.spec import (
    Asked,
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
    """A reader that takes the id of a choice; a boolean stands for `yes` or `no`."""

    def read(asked: Asked, raw: JsonValue) -> ReadAnswer | Hint:
        word = ("yes" if raw else "no") if isinstance(raw, bool) else str(raw)
        allowed = choices(asked.step)
        return (word, False) if word in allowed else no_such_choice(asked, word, allowed)

    return read


def measured_choice(choices: Choices) -> ReadMeasured:
    """What is measured answers where it is the id of a choice: a status 404 is the choice `404`."""

    def read(ask: Ask, value: JsonValue, _: str | None) -> MeasuredAnswer | None:
        word = as_word(value) if isinstance(value, str | int | float) else ""
        return (word, word) if word in choices(ask) else None

    return read


def no_such_choice(asked: Asked, word: str, allowed: Mapping[str, Text]) -> Hint:
    """The hint that lists the choices; it can't be insisted against."""
    listed = ", ".join(allowed)
    return asked.hint("choice", can_insist=False, said=quoted(word, asked.language), allowed=listed)


def choice_display(choices: Choices) -> Display:
    """A display of the labels of what was chosen; an id without a label stays as it is."""

    def display(ask: Ask, value: JsonValue, language: str, _: ReadingTime) -> str:
        labels = choices(ask)
        chosen = [str(name) for name in (value if isinstance(value, list) else [value])]
        return ", ".join(labels[name].in_(language) if name in labels else name for name in chosen)

    return display
