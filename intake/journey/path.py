"""What a journey consists of: the steps reached, and the checks that they make possible."""

from __future__ import annotations

from dataclasses import dataclass

from intake.journey.draft import Answer, Source
from intake.journey.steps import Ask, Check, Tell


@dataclass(frozen=True, slots=True)
class PathStep:
    """
    A question or advice that was reached, and its answer if there is one.

    `silent`: measured and recorded without a screen (`if-measured: note`); Back passes over it.
    """

    step: Ask | Tell
    answer: Answer | None
    silent: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it has no screen: measured, or the panel's word; the last screen shows both."""
        return self.silent or (self.answer is not None and self.answer.source is Source.PANEL)


@dataclass(frozen=True, slots=True)
class CheckDue:
    """
    A check that can start now: its target is known and not yet judged as is expected.

    `run` is the name of its run: the check's own, but for the later ones of several targets.
    """

    step: Check
    target: str
    expected: str
    run: str
