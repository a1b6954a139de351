"""An author's texts with their placeholders fill_step with the values that a journey knows."""

from __future__ import annotations

from typing import Final, TypeVar

from diagnostics.texts import one_line
from intake.journey.checklist import StepOf
from intake.journey.display import display_of
from intake.journey.draft import ENVIRONMENT, NO_ANSWER
from intake.journey.fact_words import fact_in_words
from intake.journey.journey import Journey
from intake.journey.operands import facts_of_step
from intake.journey.placeholders import fill_model
from intake.journey.steps import Ask, End, Step

MAX_VALUE_LENGTH: Final = 80  # characters
StepT = TypeVar("StepT", bound=Step)


def fill_step(journey: Journey, step: StepT) -> StepT:
    """
    Return a step with the values fill_step into its texts, as customers and the ticket show them.

    Values are on one line, without hidden characters and at most 80 characters long. They are
    plain text, so whoever renders them must escape them.
    """
    # End steps share ids, so they can't be looked up by name.
    if not isinstance(step, End) and not journey.checklist.compiled_by_id[step.id].has_values:
        return step
    return fill_model(step, _Values(journey).say)


def value_in_words(journey: Journey, name: str, language: str) -> str | None:
    """Return the value of one name in braces, or None if it isn't known."""
    return _Values(journey).say(name, language)


class _Values:
    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._answers = {entry.step.id: entry for entry in journey.visible}
        self._asking: set[str] = set()

    def say(self, name: str, language: str) -> str | None:
        """Return the value of a name in words, or None if it isn't known."""
        step, dot, fact = name.partition(".")
        value = self._fact(step, fact, language) if dot else self._answer(step, language)
        return (one_line(value, MAX_VALUE_LENGTH) or None) if value else None

    def _answer(self, name: str, language: str) -> str | None:
        entry = self._answers.get(name)
        if entry is None or not isinstance(entry.step, Ask) or entry.answer is None:
            return None
        # Lint allows only earlier steps here, but a pinned checklist may be of another release.
        if entry.answer.value in NO_ANSWER or name in self._asking:
            return None
        self._asking.add(name)
        ask = fill_model(entry.step, self.say)  # its choices may name values too
        self._asking.discard(name)
        at = entry.answer.at
        return display_of(ask, entry.answer.value, language, reference=at, answered_at=at)

    def _fact(self, name: str, fact: str, language: str) -> str | None:
        value = self._journey.lookup(f"{name}.{fact}")
        if name == ENVIRONMENT:
            return str(value) if value else None
        known = facts_of_step(self._journey.checklist.by_id.get(name)).get(fact)
        return fact_in_words(known, value, language) if known is not None else None


def filled_step_lookup(journey: Journey) -> StepOf:
    """Return a function that looks up a step by name and fills its texts."""

    def step_of(name: str) -> Step | None:
        step = journey.checklist.by_id.get(name)
        return None if step is None else fill_step(journey, step)

    return step_of
