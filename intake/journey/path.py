"""The parts of a journey's path: steps reached, and checks that can start."""

from __future__ import annotations

from dataclasses import dataclass

from intake.journey.draft import Answer, Source
from intake.journey.steps import Ask, Check, Tell


@dataclass(frozen=True, slots=True)
class PathStep:
    """
    A question or advice that was reached, and its answer if there is one.

    `silent`: recorded from a measurement without a screen (`if-measured: note`); Back skips it.
    """

    step: Ask | Tell
    answer: Answer | None
    silent: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it has no screen: measured, or answered by the panel; the review shows both."""
        return self.silent or (self.answer is not None and self.answer.source is Source.PANEL)


@dataclass(frozen=True, slots=True)
class CheckDue:
    """
    A check that can start now: its target is known and has no run with this expectation.

    `run` is the name of its run; see `check_runs`.
    """

    step: Check
    target: str
    expected: str
    run: str
