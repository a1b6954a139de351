"""The state of an author's preview: answers stored in the page only."""

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
    """The state of a preview; `at` is the step after Back, `opened` one asked openly."""

    file: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    at: str | None = None
    opened: str | None = None
    hints: Mapping[str, Hint] = field(default_factory=dict)


def load(file: str) -> PreviewSession:
    """Return the preview of a file; a new one if another file was previewed last."""
    kept = session.value(_KEY)
    return kept if isinstance(kept, PreviewSession) and kept.file == file else PreviewSession(file)


def restart(file: str) -> None:
    """Start the preview again."""
    session.set_value(_KEY, PreviewSession(file))


def journey_of(preview: PreviewSession, checklist: Checklist, language: Language) -> Journey:
    """Return the journey with the preview's answers and mock measurements."""
    known = {name: answer for name, answer in preview.answers.items() if name in checklist.by_id}
    environment = visitor.environment()
    journey = Journey(checklist, Draft(language=language, answers=known, environment=environment))
    # The result of one check may make another one due.
    for _ in range(len(checklist.checks)):
        for due in journey.checks_due:
            journey = journey.with_check(mock_findings.run(checklist, due))
    return journey


def current_step(preview: PreviewSession, journey: Journey) -> Ask | Tell | None:
    """Return the step on screen: the one after Back, else the next."""
    reached = {entry.step.id: entry.step for entry in journey.visible}
    return reached.get(preview.at or "", journey.next)


def answer(
    file: str, journey: Journey, step: Ask | Tell, raw: JsonValue, *, insisted: bool = False
) -> None:
    """Store an answer as the wizard would, or the hint that the customer would read."""
    preview = load(file)
    taken = journey.accept(
        step, raw, now=datetime.now(UTC), insisted=insisted, read=services().checks.read
    )
    if isinstance(taken, Hint):
        session.set_value(_KEY, replace(preview, at=step.id, hints={step.id: taken}))
        return
    answers = {**preview.answers, step.id: taken}
    # A new session: position and hint belonged to the step that is now answered.
    session.set_value(_KEY, PreviewSession(file, answers))


def answer_page(
    file: str,
    journey: Journey,
    steps: Sequence[Ask],
    raw: Mapping[str, JsonValue],
    *,
    insisted: bool = False,
) -> None:
    """Store the answers of a page as the wizard would, and the hints of refused ones."""
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
    """Open a question whose measured answer was declined."""
    session.set_value(_KEY, replace(load(file), at=step.id, opened=step.id, hints={}))


def go_back(file: str, journey: Journey, step: Ask | Tell | None) -> None:
    """Go one screen back, from a step or from the review."""
    all_screens = screens(journey)
    places = [place for place, screen in enumerate(all_screens) if step in screen]
    place = places[0] if places else len(all_screens)
    to = all_screens[place - 1][0].id if place else None
    session.set_value(_KEY, replace(load(file), at=to, opened=to, hints={}))
