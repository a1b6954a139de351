"""Tells whether an answer changes anything: the questions, checks, end, queue or priority."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from intake.journey.checklist import Checklist
from intake.journey.conditions import comparisons_in
from intake.journey.draft import Answer, Draft
from intake.journey.items import priority, queue
from intake.journey.journey import Journey
from intake.journey.kinds import choices_of, spec_of
from intake.journey.placeholders import names_in, values_in_texts
from intake.journey.steps import Ask


def steps_in_use(checklist: Checklist) -> frozenset[str]:
    """
    Return the ids of the steps whose answers are used by another part of the checklist.

    Such a part is a condition, a row of a table, a check that measures the answer, or a text that
    names it. The answer to any other question is just a line of the ticket or of its subject.
    """
    compared = (compare for raw in checklist.conditions for compare in comparisons_in(raw))
    names = {compare.left.partition(".")[0] for compare in compared}
    for step in checklist.steps:
        names |= {value.partition(".")[0] for value in values_in_texts(step)}
    return frozenset(names | {check.of for check in checklist.checks})


def subject_steps(checklist: Checklist) -> frozenset[str]:
    """Return the ids of the steps and checks that the ticket's subject names."""
    subject = checklist.ticket.subject
    return frozenset(name.partition(".")[0] for name in names_in(subject))


def changed_the_journey(checklist: Checklist, draft: Draft, step: Ask) -> bool:
    """
    Check whether another answer to this step would have changed this customer's journey.

    Tries every other choice and "I don't know", with all other answers unchanged, and compares the
    steps, end, checks, queue and priority. The line in the ticket and its subject don't count.
    """
    answer = draft.answers.get(step.id)
    if answer is None:
        return False
    was = _course(checklist, draft)
    others = [name for name in choices_of(step) if name != answer.value]
    return any(
        _course(checklist, _with_answer(draft, step, answer, other)) != was
        for other in (*others, None)
    )


def _with_answer(draft: Draft, step: Ask, answer: Answer, value: JsonValue) -> Draft:
    # "Don't know" is None for every kind, also where answers are lists.
    chosen = [value] if spec_of(step).has_several and value is not None else value
    answers: Mapping[str, Answer] = {
        **draft.answers,
        step.id: answer.model_copy(update={"value": chosen}),
    }
    return draft.model_copy(update={"answers": answers})


def _course(checklist: Checklist, draft: Draft) -> tuple[object, ...]:
    journey = Journey(checklist, draft)
    checks = tuple(check.id for check in checklist.checks if journey.run_of(check.id))
    return (
        tuple(entry.step.id for entry in journey.visible),
        journey.end,
        checks,
        queue(checklist, draft),
        priority(checklist, draft),
    )
