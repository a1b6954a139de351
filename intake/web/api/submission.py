"""
Turns a program's answers into a ticket with the same journey as the wizard.

The same journey asks, the same checks measure and the same hints refuse, without a screen. What is
missing is returned as the questions that a customer would read.
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
_MAX_ROUNDS: Final = 6  # the result of one check may make another one due


@dataclass
class AnswerWalk:
    """The result of applying answers to a checklist: accepted, refused and missing ones."""

    journey: Journey
    accepted: dict[str, Answer] = field(default_factory=dict)
    refused: dict[str, AnswerRefusal] = field(default_factory=dict)
    missing: dict[str, MissingQuestion] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether it may be sent as complete."""
        return not self.refused and not self.missing


def begin_draft(request: TicketRequest, language: Language) -> Case | None:
    """Store a draft with every answer that can be accepted now; None for an unknown checklist."""
    environment = _environment(request)
    created = create_draft(request.checklist, language, environment)
    case = find_case(created[0]) if created else None
    if case is None:
        return None
    walk = walk_answers(case.journey, request)
    services().drafts.save_answers(case.id, walk.accepted)
    return find_case(case.token)


def measure(case: Case, client: str) -> Case:
    """Run the checks that are due and wait for them; a slow one is added to the ticket later."""
    until = time.monotonic() + MEASURES_AT_MOST_S
    for _ in range(_MAX_ROUNDS):
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
        case = _wait_until_stored(case, {check.run for check in due})
    return case


def finish_answers(case: Case, request: TicketRequest) -> tuple[Case, AnswerWalk]:
    """Check the answers against the measurements, as a customer's are, and store them."""
    walk = walk_answers(case.journey, request)
    services().drafts.save_answers(case.id, walk.accepted)
    return find_case(case.token) or case, walk


def send(case: Case, *, is_whole: bool) -> Ticket:
    """Send the draft; raises the exceptions of `send_ticket.send`."""
    return send_ticket.send(case, sent_as="complete" if is_whole else "person-wanted")


def incomplete_report(walk: AnswerWalk, request: TicketRequest, checklist: Checklist) -> Incomplete:
    """Return what a program has to ask its customer, in the wizard's words."""
    return Incomplete(
        missing=tuple(walk.missing.values()),
        refused=tuple(walk.refused.values()),
        unknown=unknown_names(request, checklist),
    )


def unknown_names(request: TicketRequest, checklist: Checklist) -> tuple[str, ...]:
    """Return names in the answers that are no question of the checklist."""
    known = {step.id for step in checklist.steps if isinstance(step, Ask | Tell)}
    return tuple(name for name in request.answers if name not in known)


def walk_answers(journey: Journey, request: TicketRequest) -> AnswerWalk:
    """
    Apply the answers in the checklist's order, each to the journey after the previous ones.

    A question without an answer counts as "I don't know", so that the questions after it are
    checked too; this placeholder isn't stored.
    """
    walk, now = AnswerWalk(_without_answers(journey)), datetime.now(UTC)
    # Each round passes one step; an answer may show others, each of them once.
    while (step := _next_step(walk, request.answers)) is not None:
        walk.visited.add(step.id)
        answer = _answer(walk, step, request, now)
        if answer is not None:
            walk.journey = walk.journey.with_answer(step, answer)
    return walk


def _answer(
    walk: AnswerWalk, step: Ask | Tell, request: TicketRequest, now: datetime
) -> Answer | None:
    """Return the answer to continue with, and record it as accepted, refused or missing."""
    raw = _raw_answer(walk.journey, step, request.answers)
    unknown = Answer(value=None, source=Source.UNKNOWN, at=now)
    if isinstance(raw, _NoAnswer):
        # Nobody said whether the advice was followed: the ticket lists it as open.
        if isinstance(step, Tell) or step.optional or not step.required:
            return None
        walk.missing[step.id] = _question(step)
        return unknown
    accepted = walk.journey.accept(
        step, raw, now=now, insisted=request.insist, read=services().checks.read
    )
    if isinstance(accepted, Hint):
        walk.refused[step.id] = _refusal(walk.journey, step, raw, accepted, now)
        return unknown
    walk.accepted[step.id] = accepted
    return accepted


class _NoAnswer:
    """Marks that no answer was sent, which differs from the answer "I don't know"."""


_NO_ANSWER: Final = _NoAnswer()


def _raw_answer(
    journey: Journey, step: Ask | Tell, answers: Mapping[str, JsonValue]
) -> JsonValue | _NoAnswer:
    """Return the program's answer, or else the measured one."""
    if step.id in answers:
        return answers[step.id]
    proposal = journey.proposal(step) if isinstance(step, Ask) and step.answer_from else None
    return proposal.value if proposal else _NO_ANSWER


def _next_step(walk: AnswerWalk, answers: Mapping[str, JsonValue]) -> Ask | Tell | None:
    """Return the next step not visited yet; a silently measured one only if it was answered."""
    for entry in walk.journey.visible:
        is_open = entry.answer is None or (entry.silent and entry.step.id in answers)
        if is_open and entry.step.id not in walk.visited:
            return entry.step
    return None


def _without_answers(journey: Journey) -> Journey:
    """Return the journey of the same case without answers, but with its measurements."""
    return Journey(journey.checklist, journey.draft.model_copy(update={"answers": {}}))


def _wait_until_stored(case: Case, runs: set[str]) -> Case:
    """Return the case once the results of these runs are in the database, or after the timeout."""
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
        question=_both_languages(step.text),
        why=_both_languages(step.why) if step.why else None,
        example=_both_languages(step.example) if step.example else None,
        choices={name: _both_languages(text) for name, text in step.choices.items()},
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


def _both_languages(text: Text) -> BothLanguages:
    return BothLanguages(en=text.in_("en"), ru=text.in_("ru"))
