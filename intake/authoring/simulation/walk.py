"""Walks through a whole journey with scripted answers and measurements, for tests and `try`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from diagnostics import read_target
from intake.journey.answers import Hint, ReadTarget
from intake.journey.checklist import Checklist
from intake.journey.draft import Answer, CheckRun, Draft
from intake.journey.journey import Journey
from intake.journey.path import CheckDue, PathStep
from intake.journey.steps import Tell

Measure = Callable[[CheckDue], CheckRun]
_GO_ON = "go-on"


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """An answer as written; `insisted` submits it again after a hint, so that it is accepted."""

    value: JsonValue
    insisted: bool = False


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """An answer that wasn't accepted, and the hint that the customer would have read."""

    step: str
    hint: Hint


@dataclass(frozen=True, slots=True)
class WalkResult:
    """
    The journey after a walk.

    `asked` lists the answered steps in order, `unused` the scripted answers to steps that weren't
    shown.
    """

    journey: Journey
    asked: tuple[str, ...]
    refused: tuple[RefusedAnswer, ...]
    unused: tuple[str, ...]


def walk(  # noqa: PLR0913  what a journey depends on
    checklist: Checklist,
    draft: Draft,
    answers: Mapping[str, ScriptedAnswer],
    *,
    measure: Measure,
    now: datetime,
    read: ReadTarget = read_target,
) -> WalkResult:
    """
    Walk as far as the answers lead.

    Steps without a scripted answer: a measured question is confirmed, an optional one skipped, and
    advice is read. A required question stays open, and the walk continues with the other steps
    that are visible.
    """
    journey = Journey(checklist, draft)
    asked: list[str] = []
    refused: dict[str, RefusedAnswer] = {}
    while True:
        # Every answer may make a check due, and every check may show or hide a step.
        for due in journey.checks_due:
            journey = journey.with_check(measure(due))
        next_answer = _next_answer(journey, answers, refused, now, read)
        if next_answer is None:
            break
        name, answer = next_answer
        asked.append(name)
        journey = journey.with_answer(name, answer)
    unused = tuple(name for name in answers if name not in asked and name not in refused)
    return WalkResult(journey, tuple(asked), tuple(refused.values()), unused)


def _next_answer(
    journey: Journey,
    answers: Mapping[str, ScriptedAnswer],
    refused: dict[str, RefusedAnswer],
    now: datetime,
    read: ReadTarget,
) -> tuple[str, Answer] | None:
    """Return the id of the first step that can be answered now with its answer, or None."""
    for entry in journey.visible:
        scripted = answers.get(entry.step.id)
        if entry.step.id in refused or not _needs_answer(entry, scripted):
            continue
        scripted = scripted or _default_answer(journey, entry)
        if scripted is None:
            continue
        accepted = journey.accept(
            entry.step, scripted.value, now=now, insisted=scripted.insisted, read=read
        )
        if isinstance(accepted, Answer):
            return entry.step.id, accepted
        refused[entry.step.id] = RefusedAnswer(entry.step.id, accepted)
    return None


def _needs_answer(entry: PathStep, scripted: ScriptedAnswer | None) -> bool:
    """
    Check whether a step still needs its scripted answer.

    A silent step was answered by a measurement; a script that differs corrects it.
    """
    if entry.answer is None:
        return True
    return entry.silent and scripted is not None and scripted.value != entry.answer.value


def _default_answer(journey: Journey, entry: PathStep) -> ScriptedAnswer | None:
    """Return the answer to a step without a scripted one, or None if it stays open."""
    if isinstance(entry.step, Tell):
        return ScriptedAnswer(_GO_ON)
    if (proposal := journey.proposal(entry.step)) is not None:
        return ScriptedAnswer(proposal.value)
    return None if entry.step.required else ScriptedAnswer("")
