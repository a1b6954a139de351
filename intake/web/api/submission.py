"""
From a program's answers to a ticket, by the way that a customer takes.

The same journey asks, the same checks measure, the same hints refuse; only nobody sees a screen.
What is lacking is told as the questions that a customer would read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from diagnostics.texts import LANGUAGES, Language
from intake.bootstrap import services
from intake.journey import Answer, Ask, Checklist, Hint, Journey, Tell
from intake.journey.draft import Environment, Source
from intake.journey.model import Text
from intake.tickets import Ticket
from intake.ui.visitor import names_of_agent
from intake.web.api.models import (
    AnswerRefusal,
    BothLanguages,
    Incomplete,
    MissingQuestion,
    TicketRequest,
)
from intake.wizard import send_ticket
from intake.wizard.case import Case, create_draft, find_case

MEASURES_AT_MOST_S: Final = 40.0  # all checks of one ticket together
_STORED_WITHIN_S: Final = 2.0
_MOST_ROUNDS: Final = 6  # what one check finds may make another one due


@dataclass
class AnswerWalk:
    """How far the answers lead: what was taken, what is refused, what is missing."""

    journey: Journey
    taken: dict[str, Answer] = field(default_factory=dict)
    refused: dict[str, AnswerRefusal] = field(default_factory=dict)
    missing: dict[str, MissingQuestion] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether it may be sent as complete."""
        return not self.refused and not self.missing


def begin_draft(request: TicketRequest, language: Language) -> Case | None:
    """A stored draft with every answer that can be taken now; None for an unknown checklist."""
    environment = _environment(request)
    created = create_draft(request.checklist, language, environment)
    case = find_case(created[0]) if created else None
    if case is None:
        return None
    walk = walk_answers(case.journey, request)
    services().drafts.save_answers(case.id, walk.taken)
    return find_case(case.token)


def measure(case: Case, client: str) -> Case:
    """Make the checks that are due, and wait for them; a slow one goes along later."""
    until = time.monotonic() + MEASURES_AT_MOST_S
    for _ in range(_MOST_ROUNDS):
        due = case.journey.checks_due
        if not due or time.monotonic() >= until:
            break
        for check in due:
            services().checks.ensure(
                case.id,
                check.run,
                check.target,
                kind=check.step.diagnose,
                client=client,
                expected=case.journey.expected_of(check.step),
            )
        for check in due:
            services().checks.wait(case.id, check.run, max(0.0, until - time.monotonic()))
        case = _stored(case, {check.run for check in due})
    return case


def finish_answers(case: Case, request: TicketRequest) -> tuple[Case, AnswerWalk]:
    """Judge the answers against what was measured, as a customer's are, and store them."""
    walk = walk_answers(case.journey, request)
    services().drafts.save_answers(case.id, walk.taken)
    return find_case(case.token) or case, walk


def send(case: Case, *, is_whole: bool) -> Ticket:
    """Send the draft; raises what `send_ticket.send` raises."""
    return send_ticket.send(case, sent_as="complete" if is_whole else "person-wanted")


def lacks(walk: AnswerWalk, request: TicketRequest, checklist: Checklist) -> Incomplete:
    """What a program has to ask its customer, in the words that the wizard asks with."""
    return Incomplete(
        missing=tuple(walk.missing.values()),
        refused=tuple(walk.refused.values()),
        unknown=unknown_names(request, checklist),
    )


def unknown_names(request: TicketRequest, checklist: Checklist) -> tuple[str, ...]:
    """Names in the answers that are no question of the checklist."""
    known = {step.id for step in checklist.steps if isinstance(step, Ask | Tell)}
    return tuple(name for name in request.answers if name not in known)


def walk_answers(journey: Journey, request: TicketRequest) -> AnswerWalk:
    """
    Take the answers in the checklist's order, each with what follows from those before.

    A question that lacks its answer is passed as "I don't know", so that the ones behind it are
    told as well; nothing of that is stored.
    """
    walk, now = AnswerWalk(_without_answers(journey)), datetime.now(UTC)
    # Each round passes one step; an answer may show others, each of them once.
    while (step := _next(walk, request.answers)) is not None:
        walk.passed.add(step.id)
        answer = _answer(walk, step, request, now)
        if answer is not None:
            walk.journey = walk.journey.with_answer(step, answer)
    return walk


def _answer(
    walk: AnswerWalk, step: Ask | Tell, request: TicketRequest, now: datetime
) -> Answer | None:
    """The answer to go on with, noted as taken or as lacking; None goes on without one."""
    raw = _raw(walk.journey, step, request.answers)
    unknown = Answer(value=None, source=Source.UNKNOWN, at=now)
    if isinstance(raw, _Nothing):
        # Whether an advice was followed nobody said: the ticket says that it is open.
        if isinstance(step, Tell) or step.optional or not step.required:
            return None
        walk.missing[step.id] = _question(step)
        return unknown
    taken = walk.journey.accept(
        step, raw, now=now, insisted=request.insist, read=services().checks.read
    )
    if isinstance(taken, Hint):
        walk.refused[step.id] = _refusal(walk.journey, step, raw, taken, now)
        return unknown
    walk.taken[step.id] = taken
    return taken


class _Nothing:
    """No answer was sent, which is not the answer "I don't know"."""


_NOTHING: Final = _Nothing()


def _raw(
    journey: Journey, step: Ask | Tell, answers: Mapping[str, JsonValue]
) -> JsonValue | _Nothing:
    """What the program says; else what was measured, which nobody contradicts."""
    if step.id in answers:
        return answers[step.id]
    proposal = journey.proposal(step) if isinstance(step, Ask) and step.answer_from else None
    return proposal.value if proposal else _NOTHING


def _next(walk: AnswerWalk, answers: Mapping[str, JsonValue]) -> Ask | Tell | None:
    """The next step in order that isn't passed yet; a measured one only if something is said."""
    for entry in walk.journey.visible:
        is_open = entry.answer is None or (entry.silent and entry.step.id in answers)
        if is_open and entry.step.id not in walk.passed:
            return entry.step
    return None


def _without_answers(journey: Journey) -> Journey:
    """The same case before its first answer, with what was measured."""
    return Journey(journey.checklist, journey.draft.model_copy(update={"answers": {}}))


def _stored(case: Case, runs: set[str]) -> Case:
    """The case once the results of these runs are in the database; they are in a moment."""
    until = time.monotonic() + _STORED_WITHIN_S
    while True:
        latest = find_case(case.token) or case
        checks = latest.stored.draft.checks
        is_there = all(name in checks and checks[name].state != "running" for name in runs)
        if is_there or time.monotonic() >= until:
            return latest
        time.sleep(0.02)


def _environment(request: TicketRequest) -> Environment:
    browser, system = names_of_agent(request.browser) if "/" in request.browser else (None, None)
    return Environment(
        browser=browser or request.browser or None,
        os=system,
        ip=request.ip or None,
        timezone=request.timezone or None,
    )


def _question(step: Ask) -> MissingQuestion:
    return MissingQuestion(
        id=step.id,
        kind=step.kind,
        question=_both(step.text),
        why=_both(step.why) if step.why else None,
        example=_both(step.example) if step.example else None,
        choices={name: _both(text) for name, text in step.choices.items()},
        dont_know=step.dont_know,
    )


def _refusal(
    journey: Journey, step: Ask | Tell, raw: JsonValue, hint: Hint, now: datetime
) -> AnswerRefusal:
    words = {}
    for language in LANGUAGES:
        refusal = journey.accept(step, raw, now=now, language=language, read=services().checks.read)
        words[language] = refusal.text if isinstance(refusal, Hint) else hint.text
    return AnswerRefusal(
        id=step.id,
        code=hint.code,
        hint=BothLanguages(**words),
        can_insist=hint.can_insist,
        suggestion=hint.suggestion,
    )


def _both(text: Text) -> BothLanguages:
    return BothLanguages(en=text.in_("en"), ru=text.in_("ru"))
