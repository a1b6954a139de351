"""`choices`: any number of the choices that the author names."""

from __future__ import annotations

from pydantic import JsonValue

from intake.journey.kinds.choosing import choice_display, no_such_choice
from intake.journey.kinds.spec import (
    Asked,
    Hint,
    KindSpec,
    ReadAnswer,
    authors_choices,
    same_items,
)


def _read(asked: Asked, raw: JsonValue) -> ReadAnswer | Hint:
    """The ids that were picked, in the author's order."""
    picked = [str(choice) for choice in raw] if isinstance(raw, list) else [str(raw)]
    allowed = asked.step.choices
    for word in picked:
        if word not in allowed:
            return no_such_choice(asked, word, allowed)
    return [choice for choice in allowed if choice in picked], False


CHOICES = KindSpec(
    name="choices",
    summary="any number of `choices`",
    read=_read,
    keys=frozenset({"choices", "bounds"}),
    empty=[],
    has_several=True,
    same=same_items,
    display=choice_display(authors_choices),
    verb="marked",
)
