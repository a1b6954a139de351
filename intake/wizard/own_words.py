"""A customer's own words at the start: the checklists they match, and answers found in them."""

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

_MAX_LIKELY = 2  # likely checklists shown first if none is clear


@dataclass(frozen=True, slots=True)
class Route:
    """
    The checklist that own words clearly match, or the likeliest ones, the best first.

    `is_empty`: the words describe no problem, such as a greeting.
    """

    chosen: str | None
    likeliest: tuple[str, ...] = ()
    is_empty: bool = False


def route_of(text: str) -> Route:
    """Return the route of a text among the checklists that customers can choose."""
    offered = tuple(checklist for _, checklist in offered_checklists())
    routing = _router_of(offered).route(text)
    if emptiness(text) is not None:
        # "The site is down" is too vague as a description, but its checklist can be offered first.
        return Route(None, routing.likeliest[:1] if routing.chosen else (), is_empty=True)
    if routing.chosen is not None or routing.likeliest:
        return Route(routing.chosen, routing.likeliest[:_MAX_LIKELY])
    return Route(None, _checklists_for_address(offered, text))


def _checklists_for_address(offered: tuple[Checklist, ...], text: str) -> tuple[str, ...]:
    """Return the checklists that measure the kind of address in the text, if it has one."""
    reading = read_free_text(redact(text).text, now=datetime.now(UTC), read=services().checks.read)
    if not reading.addresses:
        return ()
    wanted = "server" if reading.addresses[0].is_number else "site"
    measured = {
        checklist.id: checklist.checks[0].diagnose for checklist in offered if checklist.checks
    }
    fitting = [name for name, kind in measured.items() if kind == wanted]
    return tuple(fitting[:_MAX_LIKELY])


@lru_cache(maxsize=4)
def _router_of(offered: tuple[Checklist, ...]) -> Router:
    return Router({checklist.id: checklist.head.words for checklist in offered})


def answers_with(checklist_id: str, text: str) -> Mapping[StepId, Answer]:
    """
    Return the words as the first answer of a draft, unchanged.

    It answers the checklist's question for a description, if there is one.
    """
    checklist = services().checklists.get(checklist_id)
    step = person_request.words_step(checklist) if checklist is not None else OWN_WORDS
    # A greeting is no description, so that question is still to be asked.
    is_answer = emptiness(text) is None
    return {step if is_answer else OWN_WORDS: Answer(value=text, at=datetime.now(UTC))}


def prefill_of(case: Case, step: Ask) -> JsonValue:
    """Return an answer to an open question found in the customer's own words, or None."""
    answers = case.stored.draft.answers
    answer = answers.get(OWN_WORDS) or answers.get(person_request.words_step(case.checklist))
    if answer is None or not isinstance(answer.value, str) or step.id in answers:
        return None
    return _values(case.checklist, answer.value, answer.at, zone_of_case(case).key).get(step.id)


@lru_cache(maxsize=64)
def _values(checklist: Checklist, text: str, at: datetime, zone: str) -> Mapping[str, JsonValue]:
    reading = read_free_text(text, now=at, zone=zone, read=services().checks.read)
    return prefills(checklist, reading, text)
