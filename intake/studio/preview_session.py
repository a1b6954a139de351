"""An author's walk through their own checklist: answers kept in the page, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import JsonValue

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Answer, Ask, Checklist, Draft, Hint, Journey, Tell
from intake.studio import mock_findings
from intake.ui import session, visitor

_KEY = "rehearsal"


@dataclass(frozen=True, slots=True)
class PreviewSession:
    """How far the walk has come; `at` is the step gone back to, `opened` one asked openly."""

    file: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    at: str | None = None
    opened: str | None = None
    hint: Hint | None = None


def of(file: str) -> PreviewSession:
    """The walk through a file; a new one when another file was walked last."""
    kept = session.value(_KEY)
    return kept if isinstance(kept, PreviewSession) and kept.file == file else PreviewSession(file)


def restart(file: str) -> None:
    """From the start."""
    session.keep_in_step(_KEY, PreviewSession(file))


def journey_of(walk: PreviewSession, checklist: Checklist, language: Language) -> Journey:
    """Where the answers and the pretended measurements lead in the checklist as it is now."""
    known = {name: answer for name, answer in walk.answers.items() if name in checklist.by_id}
    environment = visitor.environment()
    journey = Journey(checklist, Draft(language=language, answers=known, environment=environment))
    for _ in range(len(checklist.checks)):
        for due in journey.checks_due:
            journey = journey.with_check(mock_findings.run(checklist, due))
    return journey


def current(walk: PreviewSession, journey: Journey) -> Ask | Tell | None:
    """The step on screen: the one gone back to, else the next."""
    shown = {entry.step.id: entry.step for entry in journey.visible}
    return shown.get(walk.at or "", journey.next)


def say(
    file: str, journey: Journey, step: Ask | Tell, raw: JsonValue, *, insisted: bool = False
) -> None:
    """Take an answer as the wizard would, or keep the hint that the customer would read."""
    walk = of(file)
    taken = journey.accept(
        step, raw, now=datetime.now(UTC), insisted=insisted, read=services().checks.read
    )
    if isinstance(taken, Hint):
        session.keep_in_step(_KEY, replace(walk, at=step.id, hint=taken))
        return
    answers = {**walk.answers, step.id: taken}
    session.keep_in_step(_KEY, PreviewSession(file, answers))


def ask_openly(file: str, step: Ask) -> None:
    """The measured answer was declined: the question stands open."""
    session.keep_in_step(_KEY, replace(of(file), at=step.id, opened=step.id, hint=None))


def go_back(file: str, journey: Journey, step: Ask | Tell | None) -> None:
    """One screen back, from a step or from the review."""
    shown = [entry.step.id for entry in journey.visible if not entry.silent]
    place = shown.index(step.id) if step is not None and step.id in shown else len(shown)
    to = shown[place - 1] if place else None
    session.keep_in_step(_KEY, replace(of(file), at=to, opened=to, hint=None))
