"""A customer's own words at the start: where they lead, and what of them waits for a yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from pydantic import JsonValue

from intake.bootstrap import services
from intake.free_text import Router, prefills, read_free_text
from intake.journey import Answer, Ask, Checklist, StepId
from intake.journey.draft import OWN_WORDS
from intake.journey.vagueness import emptiness
from intake.redaction import redact
from intake.wizard import person_request
from intake.wizard.case import Case
from intake.wizard.case import zone as zone_of_case
from intake.wizard.offered_checklists import offered_checklists

_MOST_LIKELY = 2  # so many stand first where none is clearly meant


@dataclass(frozen=True, slots=True)
class Route:
    """
    Where own words lead: the checklist that is clearly meant, or the likeliest, the best first.

    `is_empty`: the words name no matter at all, such as a greeting.
    """

    chosen: str | None
    likeliest: tuple[str, ...] = ()
    is_empty: bool = False


def route_of(text: str) -> Route:
    """Where a text leads among the checklists that customers are offered."""
    offered = tuple(checklist for _, checklist in offered_checklists())
    routing = _router_of(offered).route(text)
    if emptiness(text) is not None:
        # "The site is down" describes nothing yet, and still says which question comes first.
        return Route(None, routing.likeliest[:1] if routing.chosen else (), is_empty=True)
    if routing.chosen is not None or routing.likeliest:
        return Route(routing.chosen, routing.likeliest[:_MOST_LIKELY])
    return Route(None, _that_measure(offered, text))


def _that_measure(offered: tuple[Checklist, ...], text: str) -> tuple[str, ...]:
    """An address alone: the checklists that measure such a one first."""
    reading = read_free_text(redact(text).text, now=datetime.now(UTC), read=services().checks.read)
    if not reading.addresses:
        return ()
    wanted = "server" if reading.addresses[0].is_number else "site"
    measured = {
        checklist.id: checklist.checks[0].diagnose for checklist in offered if checklist.checks
    }
    fitting = [name for name, kind in measured.items() if kind == wanted]
    return tuple(fitting[:_MOST_LIKELY])


@lru_cache(maxsize=4)
def _router_of(offered: tuple[Checklist, ...]) -> Router:
    return Router({checklist.id: checklist.head.words for checklist in offered})


def answers_with(checklist_id: str, text: str) -> Mapping[StepId, Answer]:
    """
    The words as the first answer of a draft: they stay whole, whatever is read from them.

    A checklist that asks for a description has it with them.
    """
    checklist = services().checklists.get(checklist_id)
    step = person_request.words_step(checklist) if checklist is not None else OWN_WORDS
    # A greeting is no description: that question is still to be asked.
    is_answer = emptiness(text) is None
    return {step if is_answer else OWN_WORDS: Answer(value=text, at=datetime.now(UTC))}


def prefill_of(case: Case, step: Ask) -> JsonValue:
    """What the customer's own words would answer to an open question; None for nothing."""
    answers = case.stored.draft.answers
    answer = answers.get(OWN_WORDS) or answers.get(person_request.words_step(case.checklist))
    if answer is None or not isinstance(answer.value, str) or step.id in answers:
        return None
    return _values(case.checklist, answer.value, answer.at, zone_of_case(case).key).get(step.id)


@lru_cache(maxsize=64)
def _values(checklist: Checklist, text: str, at: datetime, zone: str) -> Mapping[str, JsonValue]:
    reading = read_free_text(text, now=at, zone=zone, read=services().checks.read)
    return prefills(checklist, reading, text)
