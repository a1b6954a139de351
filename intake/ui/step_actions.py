"""The actions of a question or an advice, and the labels of their buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from intake.journey import Hint
from intake.journey.hints import EMPTY_HINTS

StepAction = Literal[
    "next",
    "keep_as_is",
    "skip",
    "dont_know",
    "confirm_yes",
    "confirm_other",
    "confirm_cant",
    "works_now",
    "still_broken",
    "go_on",
    "check_again",
]


def label_of(way: StepAction, hints: Iterable[Hint | None]) -> str:
    """
    Return the text key of an action's button.

    `hints` are those on screen: if all say that nothing was written, "keep as is" gets another
    label.
    """
    on_screen = [hint for hint in hints if hint is not None]
    is_empty = bool(on_screen) and all(hint.code in EMPTY_HINTS for hint in on_screen)
    return "go_on_empty" if way == "keep_as_is" and is_empty else way
