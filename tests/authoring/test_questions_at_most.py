"""How much the shipped checklists ask at most: proven over all cases, not tried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from intake.authoring.loader import load_folder
from intake.authoring.proof.clauses import Clauses, Literal
from intake.authoring.proof.space import Space
from intake.journey import Ask, Checklist
from intake.journey.conditions import comparisons_in

OFFERED = {name: one for name, one in load_folder().items() if one.head.offered}
MOST_QUESTIONS, MOST_WITH_DETAILS = 7, 13
TYPED = {"text", "long-text", "number", "moment", "duration", "target", "targets", "account"}
TOGETHER = ("ping", "ssh", "ftp", "panel", "opens-by-address")  # of a server, what one check tells


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_nobody_is_asked_more_than_seven_questions(name: str) -> None:
    """Beside the contact; "What exactly?" after a choice is part of that choice's question."""
    checklist = OFFERED[name]
    answers = {ask.id for ask in checklist.asks}
    main = [ask for ask in checklist.asks if not _is_detail(ask, answers)]
    assert _most_asked(checklist, main) <= MOST_QUESTIONS
    assert _most_asked(checklist, checklist.asks) <= MOST_WITH_DETAILS


def _is_detail(ask: Ask, answers: set[str]) -> bool:
    """Whether it asks for the words of a choice made before, or may be passed over."""
    named = {compare.left.partition(".")[0] for compare in comparisons_in(ask.show_if)}
    return not ask.required or (ask.kind in TYPED and bool(named & answers))


def _most_asked(checklist: Checklist, asks: Sequence[Ask]) -> int:
    """The most of these questions that one path to a ticket asks, in any case that can be."""
    head = checklist.head
    steps = [compiled.step for compiled in checklist.compiled]
    tables = (head.ticket.priority, head.ticket.queue)
    with Clauses() as clauses:
        space = Space(clauses, steps, tables, tuple(head.conditions.values()))
        space.build()
        counted = [ask.id for ask in asks if not ask.is_on_review]
        shown = [
            clauses.all_of((literals.is_shown, -literals.measured))
            if isinstance(literals.step, Ask) and literals.step.if_measured == "note"
            else literals.is_shown
            for literals in space.step_literals
            if literals.step.id in counted
        ]
        usual = list(_usual(space))
        at_least = _at_least(clauses, shown)
        return max(
            most
            for most, holds in enumerate(at_least)
            if clauses.can_hold(holds, space.ticket, *usual)
        )


def _usual(space: Space) -> Iterator[Literal]:
    """A browser tells its name; a check that tells one fact of a server tells the others too."""
    browser = space.variables.get("environment.browser")
    if browser is not None:
        yield browser.known
    facts = [
        space.variables[f"srv.{fact}"].known
        for fact in TOGETHER
        if f"srv.{fact}" in space.variables
    ]
    for before, after in zip(facts, facts[1:] + facts[:1], strict=True):
        yield space.clauses.any_of((-before, after))


def _at_least(clauses: Clauses, literals: Sequence[Literal]) -> list[Literal]:
    """For each number, the literal that at least so many of these hold."""
    counts = [clauses.true, *([clauses.false] * len(literals))]
    for literal in literals:
        one_more = [clauses.all_of((fewer, literal)) for fewer in counts[:-1]]
        counts[1:] = [clauses.any_of(pair) for pair in zip(counts[1:], one_more, strict=True)]
    return counts
