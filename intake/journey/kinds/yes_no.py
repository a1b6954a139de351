"""`yes-no`: a question with the two fixed choices `yes` and `no`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from intake.journey.kinds.choosing import choice_display, choice_reader, measured_choice
from intake.journey.kinds.spec import KindSpec
from intake.journey.model import Text
from intake.journey.steps import Ask

_YES_NO: Final[Mapping[str, Text]] = {
    "yes": Text({"en": "Yes", "ru": "Да"}),
    "no": Text({"en": "No", "ru": "Нет"}),
}


def _choices(_: Ask) -> Mapping[str, Text]:
    return _YES_NO


YES_NO = KindSpec(
    name="yes-no",
    summary="`yes` or `no`; the choices are there by themselves",
    read=choice_reader(_choices),
    choices=_choices,
    from_measurement=measured_choice(_choices),
    measured_shapes=frozenset({"word", "number", "text"}),
    display=choice_display(_choices),
)
