"""An author's walk through their own checklist: answers kept in the page, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pydantic import JsonValue

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.journey import Answer, Ask, Checklist, Draft, Hint, Journey, Tell, screens
from intake.studio import mock_findings
from intake.ui import session, visitor

_KEY = "preview-session"


@dataclass(frozen=True, slots=True)
class PreviewSession:
    """How far the preview has come; `at` is the step gone back to, `opened` one asked openly."""

    file: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    at: str | None = None
    opened: str | None = None
    hints: Mapping[str, Hint] = field(default_factory=dict)


def load(file: str) -> PreviewSession:
    """The preview of a file; a new one when another file was previewed last."""
    kept = session.value(_KEY)
    return kept if isinstance(kept, PreviewSession) and kept.file == file else PreviewSession(file)


def restart(file: str) -> None:
    """From the start."""
    session.set_value(_KEY, PreviewSession(file))


def journey_of(preview: PreviewSession, checklist: Checklist, language: Language) -> Journey:
    """Where the answers and the mock measurements lead in the checklist as it is now."""
    known = {name: answer for name, answer in preview.answers.items() if name in checklist.by_id}
    environment = visitor.environment()
    journey = Journey(checklist, Draft(language=language, answers=known, environment=environment))
    # What one check finds may make another one due.
    for _ in range(len(checklist.checks)):
        for due in journey.checks_due:
            journey = journey.with_check(mock_findings.run(checklist, due))
    return journey


def current_step(preview: PreviewSession, journey: Journey) -> Ask | Tell | None:
    """The step on screen: the one gone back to, else the next."""
    reached = {entry.step.id: entry.step for entry in journey.visible}
    return reached.get(preview.at or "", journey.next)


def answer(
    file: str, journey: Journey, step: Ask | Tell, raw: JsonValue, *, insisted: bool = False
) -> None:
    """Take an answer as the wizard would, or keep the hint that the customer would read."""
    preview = load(file)
    taken = journey.accept(
        step, raw, now=datetime.now(UTC), insisted=insisted, read=services().checks.read
    )
    if isinstance(taken, Hint):
        session.set_value(_KEY, replace(preview, at=step.id, hints={step.id: taken}))
        return
    answers = {**preview.answers, step.id: taken}
    # A new one: where it was gone back to, and the hint, belong to the step that is answered now.
    session.set_value(_KEY, PreviewSession(file, answers))


def answer_page(
    file: str,
    journey: Journey,
    steps: Sequence[Ask],
    raw: Mapping[str, JsonValue],
    *,
    insisted: bool = False,
) -> None:
    """Take the answers of a page as the wizard would, and keep the hints at those it refuses."""
    preview = load(file)
    answers, hints = dict(preview.answers), dict[str, Hint]()
    now = datetime.now(UTC)
    for step in steps:
        if not any(entry.step.id == step.id for entry in journey.visible):
            continue
        hint = preview.hints.get(step.id)
        insists = insisted and hint is not None and hint.can_insist
        taken = journey.accept(
            step, raw.get(step.id), now=now, insisted=insists, read=services().checks.read
        )
        if isinstance(taken, Hint):
            hints[step.id] = taken
        else:
            answers[step.id] = taken
            journey = journey.with_answer(step, taken)
    at = steps[0].id if hints else None
    session.set_value(_KEY, PreviewSession(file, answers, at=at, hints=hints))


def open_question(file: str, step: Ask) -> None:
    """The measured answer was declined: the question stands open."""
    session.set_value(_KEY, replace(load(file), at=step.id, opened=step.id, hints={}))


def go_back(file: str, journey: Journey, step: Ask | Tell | None) -> None:
    """One screen back, from a step or from the review."""
    all_screens = screens(journey)
    places = [place for place, screen in enumerate(all_screens) if step in screen]
    place = places[0] if places else len(all_screens)
    to = all_screens[place - 1][0].id if place else None
    session.set_value(_KEY, replace(load(file), at=to, opened=to, hints={}))
