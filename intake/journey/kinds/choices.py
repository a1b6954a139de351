"""`choices`: any number of the choices that the author names."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.conditions import scalar_text
from intake.journey.kinds.choosing import choice_display, no_such_choice
from intake.journey.kinds.spec import (
    AnswerContext,
    Hint,
    KindSpec,
    MeasuredAnswer,
    ReadAnswer,
    authors_choices,
    same_items,
)
from intake.journey.steps import Ask


def _read(asked: AnswerContext, raw: JsonValue) -> ReadAnswer | Hint:
    """Return the chosen ids in the author's order, or a hint."""
    picked = [str(choice) for choice in raw] if isinstance(raw, list) else [str(raw)]
    allowed = asked.step.choices
    for word in picked:
        if word not in allowed:
            return no_such_choice(asked, word, allowed)
    return [choice for choice in allowed if choice in picked], False


def _from_measurement(ask: Ask, value: JsonValue, _: str | None) -> MeasuredAnswer | None:
    """Return the measured choices, or None unless every measured value is a choice."""
    values = value if isinstance(value, list | tuple) else [value]
    words = [scalar_text(single) for single in values if isinstance(single, str | int | float)]
    if not words or len(words) < len(values) or any(word not in ask.choices for word in words):
        return None
    picked: list[JsonValue] = [choice for choice in ask.choices if choice in words]
    return picked, picked


CHOICES = KindSpec(
    name="choices",
    summary="any number of `choices`",
    read=_read,
    keys=frozenset({"choices", "bounds"}),
    empty=[],
    has_several=True,
    from_measurement=_from_measurement,
    measured_shapes=frozenset({"word", "number", "text"}),
    same=same_items,
    display=choice_display(authors_choices),
    verb="marked",
)
