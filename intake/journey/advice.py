"""The advice that a customer was shown, and its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

import diagnostics
from diagnostics import Finding, finding_text, letter_text, remedy_steps
from diagnostics.texts import as_language, served_languages
from intake.journey.checklist import Checklist
from intake.journey.draft import Answer, Draft
from intake.journey.filled_texts import fill_step
from intake.journey.journey import SOLVED, Journey
from intake.journey.kinds import reading_of
from intake.journey.model import Text
from intake.journey.steps import Tell

# `not-helped`: the customer was asked whether it works now, and it didn't. `read`: the customer
# wasn't asked, and went on. `open`: it was on the screen when the customer left the steps.
AdviceResult = Literal["solved", "not-helped", "read", "open"]


@dataclass(frozen=True, slots=True)
class TriedAdvice:
    """One advice as the customer read it, its moves by language; `at` is None while it is open."""

    id: str
    text: Text
    moves: Mapping[str, tuple[str, ...]]
    result: AdviceResult
    at: datetime | None


def tried_advice(checklist: Checklist, draft: Draft) -> Iterator[TriedAdvice]:
    """
    Yield the advice that the customer was shown, in the checklist's order.

    Includes advice that a later answer has hidden again: it was tried all the same.
    """
    journey = Journey(checklist, draft)
    for step in checklist.tells:
        answer = draft.answers.get(step.id)
        if answer is None and step is not journey.next:
            continue
        filled_step = fill_step(journey, step)
        yield TriedAdvice(
            id=step.id,
            text=filled_step.text,
            moves={
                language: moves_of(journey, filled_step, language)
                for language in served_languages()
            },
            result=_result(step, answer),
            at=answer.at if answer else None,
        )


def moves_of(journey: Journey, step: Tell, language: str) -> tuple[str, ...]:
    """
    Return the moves that the customer reads.

    Advice about a letter begins with the remedy of the letter's cause; advice about a check has the
    steps of the provider's panel instead of the author's, if there are some.
    """
    own = tuple(move.in_(language) for move in step.do)
    letter = journey.draft.answers.get(step.about) if step.about else None
    reading = reading_of(letter.value) if letter is not None else None
    if reading is not None:
        return letter_text(reading, as_language(language)).remedy, *own
    cause = cause_of_advice(journey, step)
    if cause is None:
        return own
    # The steps of the provider's panel replace the author's.
    steps = remedy_steps(cause, as_language(language)) or own
    return steps or (finding_text(cause, as_language(language)).remedy,)


def text_of_advice(journey: Journey, step: Tell, language: str) -> str:
    """Return the advice's text, after its cause's explanation if it has no own moves."""
    cause = None if step.do else cause_of_advice(journey, step)
    explanation = finding_text(cause, as_language(language)).explanation if cause else ""
    return f"{explanation} {step.text.in_(language)}".strip()


def cause_of_advice(journey: Journey, step: Tell) -> Finding | None:
    """Return the first finding of the check that the advice is about, or None."""
    run = journey.run_of(step.about) if step.about else None
    if run is None or not run.report:
        return None
    try:
        findings = diagnostics.Report.model_validate(run.report).findings
    except ValidationError:  # it was stored by another release
        return None
    return findings[0] if findings else None


def _result(step: Tell, answer: Answer | None) -> AdviceResult:
    if answer is None:
        return "open"
    if answer.value == SOLVED:
        return "solved"
    return "not-helped" if step.solved == "offer" else "read"
