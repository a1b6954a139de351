"""`choice`: one of the choices that the author names."""

from __future__ import annotations

from intake.journey.kinds.choosing import choice_display, choice_reader, measured_choice
from intake.journey.kinds.spec import KindSpec, authors_choices

CHOICE = KindSpec(
    name="choice",
    summary="one of `choices`",
    read=choice_reader(authors_choices),
    keys=frozenset({"choices"}),
    from_measurement=measured_choice(authors_choices),
    measured_shapes=frozenset({"word", "number", "text"}),
    display=choice_display(authors_choices),
    verb="chosen",
    roles=frozenset({"product"}),
)
