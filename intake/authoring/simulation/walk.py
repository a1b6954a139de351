"""A whole journey at once, from given answers and measurements: for `checklists try` and tests."""

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
GO_ON = "go-on"


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """One answer as given: `insisted` keeps it after the hint."""

    value: JsonValue
    insisted: bool = False


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """An answer that wasn't taken, and the hint that the customer would have read."""

    step: str
    hint: Hint


@dataclass(frozen=True, slots=True)
class WalkResult:
    """How far the answers led; `asked` are the steps that were shown, in order of asking."""

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

    What isn't answered: a measured question is confirmed, an optional one passed, advice read and
    gone on from; any other stays missing, and the walk goes on with what can be shown without it.
    """
    journey = Journey(checklist, draft)
    asked: list[str] = []
    refused: dict[str, RefusedAnswer] = {}
    while True:
        # Every answer may make a check due, and every check may show or hide a step.
        for due in journey.checks_due:
            journey = journey.with_check(measure(due))
        taken = _first_taken(journey, answers, refused, now, read)
        if taken is None:
            break
        name, answer = taken
        asked.append(name)
        journey = journey.with_answer(name, answer)
    unused = tuple(name for name in answers if name not in asked and name not in refused)
    return WalkResult(journey, tuple(asked), tuple(refused.values()), unused)


def _first_taken(
    journey: Journey,
    answers: Mapping[str, ScriptedAnswer],
    refused: dict[str, RefusedAnswer],
    now: datetime,
    read: ReadTarget,
) -> tuple[str, Answer] | None:
    """The first step that can be answered now, and its answer."""
    for entry in journey.visible:
        scripted = answers.get(entry.step.id)
        if entry.step.id in refused or not _is_open(entry, scripted):
            continue
        scripted = scripted or _default(journey, entry)
        if scripted is None:
            continue
        accepted = journey.accept(
            entry.step, scripted.value, now=now, insisted=scripted.insisted, read=read
        )
        if isinstance(accepted, Answer):
            return entry.step.id, accepted
        refused[entry.step.id] = RefusedAnswer(entry.step.id, accepted)
    return None


def _is_open(entry: PathStep, scripted: ScriptedAnswer | None) -> bool:
    """Whether a step has no answer yet; "not so" is an answer to what was noted without asking."""
    if entry.answer is None:
        return True
    return entry.silent and scripted is not None and scripted.value != entry.answer.value


def _default(journey: Journey, entry: PathStep) -> ScriptedAnswer | None:
    """What happens to a step that nobody answers."""
    if isinstance(entry.step, Tell):
        return ScriptedAnswer(GO_ON)
    if (proposal := journey.proposal(entry.step)) is not None:
        return ScriptedAnswer(proposal.value)
    return None if entry.step.required else ScriptedAnswer("")
