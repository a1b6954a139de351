"""
Customers who change their minds walk the shipped checklists, while checks land late or fail.

Whatever they do, each question takes an answer, each way ends, and each ticket has every required
item and says where support answers.
"""

from __future__ import annotations

import os
import random

import pytest
from pydantic import JsonValue

from diagnostics import CODES
from intake.authoring.loader import load_folder
from intake.authoring.required_items import required_items
from intake.authoring.simulation.mock_measurements import mock_facts
from intake.journey import Answer, Ask, Checklist, CheckRun, Draft, Journey, Tell, choices_of, items
from intake.journey.kinds import spec_of
from tests.journey.customer import Customer

_SHIPPED = load_folder()
_CODES = sorted(CODES)
_MOST_EDITS = 4
_MOST_STEPS = 400
_OTHER: dict[str, list[JsonValue]] = {
    "target": ["shop.example", "blog.example", "192.0.2.7"],
    "targets": ["shop.example", "blog.example shop.example"],
    "moment": ["вчера в 14:20", "just now", "давно"],
    "e-mail": ["anna@shop.example", "boris@mail.example"],
}


class _Walk:
    """One customer; the dice decide on everything."""

    def __init__(self, checklist: Checklist, seed: str) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - the same walk for the same seed
        self.anna = Customer(checklist, Draft(language="ru"))
        self.edits = 0
        self.path: list[str] = []

    @property
    def journey(self) -> Journey:
        return self.anna.journey

    def to_the_end(self) -> None:
        for _ in range(_MOST_STEPS):
            self._checks()
            if self.edits < _MOST_EDITS and self.dice.random() < 0.1:
                self._edit()
                continue
            step = self.journey.next
            if step is not None:
                self._answer(step)
            elif not self._is_late():
                return
        raise AssertionError(f"it doesn't end: {self.path[-20:]}")

    def _is_late(self) -> bool:
        """A check that lands on the last screen, or somebody who says there that it isn't so."""
        running = self._running()
        if running and self.dice.random() < 0.5:
            self._land(running[0])
            return True
        silent = [entry.step for entry in self.journey.visible if entry.silent]
        if silent and self.edits < _MOST_EDITS and self.dice.random() < 0.3:
            self.edits += 1
            self._answer(self.dice.choice(silent))
            return True
        return False

    def _checks(self) -> None:
        for due in self.journey.checks_due:
            self._hear_of(
                CheckRun(
                    step=due.run,
                    target=due.target,
                    expected=due.expected,
                    state="running",
                    started_at=self.anna.now,
                )
            )
        for run in self._running():
            if self.dice.random() < 0.3:
                self._land(run)

    def _running(self) -> list[CheckRun]:
        runs = (
            run for check in self.journey.checks_running for run in self.journey.runs_of(check.id)
        )
        return [run for run in runs if run.state == "running"]

    def _land(self, run: CheckRun) -> None:
        if self.dice.random() < 0.2:
            self.path.append(f"{run.step} fails")
            self._hear_of(run.model_copy(update={"state": "failed"}))
            return
        codes = self.dice.sample(_CODES, k=self.dice.choice([1, 1, 2]))
        self.path.append(f"{run.step} finds {codes}")
        self._hear_of(run.model_copy(update={"state": "done", "facts": mock_facts(codes)}))

    def _hear_of(self, run: CheckRun) -> None:
        self.anna.journey = self.journey.with_check(run)

    def _edit(self) -> None:
        self.edits += 1
        answered = [entry.step for entry in self.journey.visible if entry.answer is not None]
        if answered:
            self._answer(self.dice.choice(answered))

    def _answer(self, step: Ask | Tell) -> None:
        raw = self._raw(step)
        for insisted in (False, True):
            if isinstance(self.anna.says(step.id, raw, insisted=insisted), Answer):
                self.path.append(f"{step.id}={raw}")
                return
        raise AssertionError(f"{step.id} can't be answered with {raw!r}: {self.path}")

    def _raw(self, step: Ask | Tell) -> JsonValue:
        if isinstance(step, Tell):
            is_solved = step.solved == "offer" and self.dice.random() < 0.05
            return "solved" if is_solved else "go-on"
        proposal = self.journey.proposal(step)
        if proposal is not None and self.dice.random() < 0.6:
            return proposal.value
        spec = spec_of(step)
        if not step.required and self.dice.random() < 0.5:
            return spec.empty
        if step.dont_know and not step.is_contact and self.dice.random() < 0.15:
            return None
        choices: list[JsonValue] = [*choices_of(step)]
        if spec.has_several and choices:
            most = int(step.accept.to or 0) if step.accept else len(choices)
            return self.dice.sample(choices, k=self.dice.randint(1, most))
        return self.dice.choice(choices or _OTHER.get(step.kind) or [spec.sample])


def _judge(walk: _Walk) -> None:
    journey, path = walk.journey, walk.path
    assert journey.end is not None, path
    assert journey.missing == () or journey.end == "solved", (journey.missing, path)
    if journey.end == "solved":
        return
    contacts = [
        entry.answer
        for entry in journey.visible
        if isinstance(entry.step, Ask) and entry.step.is_contact
    ]
    assert any(answer is not None and answer.value for answer in contacts), path
    if journey.end == "ticket":
        _assert_items(journey, path)


def _assert_items(journey: Journey, path: list[str]) -> None:
    lines = items(journey.checklist, journey.draft)
    filled = {item for line in lines for item in line.record}
    answers = {line.id: line.answer for line in lines}
    needed = {
        item
        for ask in journey.checklist.asks
        for choice, after in ask.needs.items()
        if answers.get(ask.id) == choice
        for item in after
    }
    for item in required_items(journey.checklist.head):
        if item.follows is None or item.id in needed:
            assert item.id in filled, (item.id, path)


def _walk(name: str, seed: int) -> None:
    walk = _Walk(_SHIPPED[name], f"{name} {seed}")
    walk.to_the_end()
    _judge(walk)


@pytest.mark.parametrize("name", sorted(_SHIPPED))
def test_no_change_of_mind_leaves_a_ticket_without_what_it_must_have(name: str) -> None:
    for seed in range(8):
        _walk(name, seed)


@pytest.mark.long
@pytest.mark.timeout(20_000)
@pytest.mark.skipif("INTAKE_LONG" not in os.environ, reason="the slow form: make test-long")
@pytest.mark.parametrize("name", sorted(_SHIPPED))
def test_no_change_of_mind_does_so_in_a_hundred_thousand_walks(name: str) -> None:
    for seed in range(100_000 // len(_SHIPPED) + 1):
        _walk(name, seed)
