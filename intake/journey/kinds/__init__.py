"""
The kinds of question, one file each.

A new kind needs a name in `AskKind`, a file here with its `KindSpec`, an entry in the table below,
and a widget in `intake.ui`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from intake.journey.kinds.account import ACCOUNT
from intake.journey.kinds.choice import CHOICE
from intake.journey.kinds.choices import CHOICES
from intake.journey.kinds.duration import DURATION
from intake.journey.kinds.email import EMAIL
from intake.journey.kinds.file import FILE
from intake.journey.kinds.letter import LETTER, letter_answer, reading_of, sent_letter_of
from intake.journey.kinds.moment import MOMENT
from intake.journey.kinds.number import NUMBER
from intake.journey.kinds.phone import PHONE
from intake.journey.kinds.spec import AnswerContext, Hint, KindSpec, ReadingTime, ReadTarget
from intake.journey.kinds.target import TARGET
from intake.journey.kinds.targets import TARGETS
from intake.journey.kinds.text import LONG_TEXT, TEXT
from intake.journey.kinds.yes_no import YES_NO
from intake.journey.model import Text
from intake.journey.steps import Ask, AskKind, Step

__all__ = [
    "KINDS",
    "AnswerContext",
    "Hint",
    "KindSpec",
    "ReadTarget",
    "ReadingTime",
    "choices_of",
    "kinds_with",
    "letter_answer",
    "reading_of",
    "sent_letter_of",
    "spec_of",
]

KINDS: Final[Mapping[AskKind, KindSpec]] = {
    spec.name: spec
    for spec in (
        CHOICE,
        CHOICES,
        YES_NO,
        TEXT,
        LONG_TEXT,
        NUMBER,
        MOMENT,
        DURATION,
        TARGET,
        TARGETS,
        EMAIL,
        PHONE,
        ACCOUNT,
        FILE,
        LETTER,
    )
}

# At import, so that a kind without a spec stops the start and not a customer.
if tuple(KINDS) != get_args(AskKind):
    raise TypeError(f"KINDS must have {get_args(AskKind)} in this order; it has {tuple(KINDS)}")


def spec_of(ask: Ask) -> KindSpec:
    """Return the specification of a question's kind."""
    return KINDS[ask.kind]


def choices_of(step: Step) -> Mapping[str, Text]:
    """Return the choices of a step by id: those of the author, or of the kind (yes-no)."""
    return spec_of(step).choices(step) if isinstance(step, Ask) else {}


def kinds_with(key: str) -> tuple[AskKind, ...]:
    """Return the kinds whose questions may have a key such as `choices` or `unit`."""
    return tuple(name for name, spec in KINDS.items() if key in spec.keys)
