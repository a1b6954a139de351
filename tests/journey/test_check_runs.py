"""A check of several targets: each is measured by itself, and the gravest tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from pydantic import JsonValue

from intake.journey import CheckRun, Draft, Hint, Journey
from tests.sketches import load_sketch

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CHECKLIST = load_sketch(
    """checklist: several
title: Several
steps:
  - {ask: sites, kind: targets, text: Sites}
  - {check: each, diagnose: site, of: sites}
  - {tell: broken, about: each, text: Broken, show-if: {each.verdict: fault}}
  - {ask: email, kind: e-mail, role: contact, text: E-mail}
ticket: {subject: "{sites}", priority: [{otherwise: normal}], queue: [{otherwise: hosting}]}
"""
)


def answered(raw: JsonValue) -> Journey:
    journey = Journey(CHECKLIST, Draft(language="en"))
    answer = journey.accept("sites", raw, now=NOW)
    assert not isinstance(answer, Hint), answer
    return journey.with_answer("sites", answer)


def measured(journey: Journey, verdicts: Mapping[str, str]) -> Journey:
    """Every check that is due, ended with these verdicts by target; others still run."""
    for due in journey.checks_due:
        verdict = verdicts.get(due.target)
        state: Literal["running", "done", "failed"] = "done" if verdict else "running"
        facts: dict[str, Any] = {"verdict": verdict, "finding": [due.target]}
        if verdict == "failed":
            state, facts = "failed", {}
        run = CheckRun(step=due.run, target=due.target, state=state, started_at=NOW, facts=facts)
        journey = journey.with_check(run)
    return journey


@pytest.mark.parametrize(
    "raw",
    [
        "shop.example, blog.example",
        "shop.example\nblog.example\n",
        "  shop.example ;blog.example  SHOP.example. ",
        ["shop.example", "blog.example"],
    ],
)
def test_targets_are_read_as_people_list_them(raw: JsonValue) -> None:
    """Lines, commas, blanks; a name that stands twice counts once."""
    assert answered(raw).draft.answers["sites"].value == ["shop.example", "blog.example"]


def test_a_target_that_cannot_be_read_is_named() -> None:
    """What one of several lacks is said of that one."""
    journey = Journey(CHECKLIST, Draft(language="en"))
    hint = journey.accept("sites", "shop.example, 192.168.0.1", now=NOW)
    assert isinstance(hint, Hint)
    assert hint.text.startswith("192.168.0.1: ")


def test_more_than_five_are_too_many() -> None:
    """Nobody is measured by the hundred from a form."""
    journey = Journey(CHECKLIST, Draft(language="en"))
    hint = journey.accept("sites", " ".join(f"s{n}.example" for n in range(6)), now=NOW)
    assert isinstance(hint, Hint)
    assert hint.code == "targets-many"
    assert not hint.can_insist


def test_each_target_is_due_and_running_until_all_have_ended() -> None:
    """While one runs nothing is concluded, so nothing jumps when the next one lands."""
    journey = answered("shop.example blog.example")
    assert [(due.run, due.target) for due in journey.checks_due] == [
        ("each", "shop.example"),
        ("each:2", "blog.example"),
    ]
    journey = measured(journey, {"shop.example": "fault"})
    assert not journey.checks_due
    assert [check.id for check in journey.checks_running] == ["each"]
    assert journey.lookup("each.verdict") is None


def test_the_gravest_tells() -> None:
    """Conditions, advice and the ticket read the one that fares worst, the first of equals."""
    verdicts = {"a.example": "healthy", "b.example": "fault", "c.example": "fault"}
    journey = measured(answered(" ".join(verdicts)), verdicts)
    assert journey.lookup("each.finding") == ["b.example"]
    telling = journey.run_of("each")
    assert telling is not None
    assert telling.step == "each:2"
    assert [run.target for run in journey.runs_of("each")] == list(verdicts)
    assert journey.next is not None
    assert journey.next.id == "broken"


def test_one_that_failed_on_our_side_leaves_the_others() -> None:
    """Our own failure hides no result."""
    verdicts = {"a.example": "failed", "b.example": "degraded"}
    journey = measured(answered(" ".join(verdicts)), verdicts)
    assert journey.lookup("each.verdict") == "degraded"
    assert not journey.checks_running


def test_an_edit_measures_only_what_is_new() -> None:
    """A target that stays in its place keeps its run."""
    journey = measured(
        answered("a.example b.example"), {"a.example": "healthy", "b.example": "fault"}
    )
    answer = journey.accept("sites", "a.example c.example", now=NOW)
    assert not isinstance(answer, Hint)
    journey = journey.with_answer("sites", answer)
    assert [(due.run, due.target) for due in journey.checks_due] == [("each:2", "c.example")]
