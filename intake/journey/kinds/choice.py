"""`choice`: one of the choices that the author names."""

from __future__ import annotations

from intake.journey.kinds.choosing import choice_display, choice_reader
from intake.journey.kinds.spec import KindSpec, authors_choices

CHOICE = KindSpec(
    name="choice",
    summary="one of `choices`",
    read=choice_reader(authors_choices),
    keys=frozenset({"choices"}),
    display=choice_display(authors_choices),
    verb="chosen",
)
