"""What the tests in a file reach of it: steps, choices, ends, and findings that it asks about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from intake.authoring.simulation.file_tests import TestResult
from intake.authoring.syntax.step_locations import StepLocation
from intake.journey.checklist import Checklist
from intake.journey.code_families import matches_code
from intake.journey.conditions import UNKNOWN, comparisons_in
from intake.journey.kinds import choices_of
from intake.journey.steps import Ask, Check, End

_CODED = ("finding", "cause")


@dataclass(frozen=True, slots=True)
class Covered:
    """One kind of thing: all there are, and those that no test reaches."""

    all: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share that is reached, 0 to 1; 1 where there is nothing to reach."""
        return 1.0 if not self.all else 1 - len(self.missed) / len(self.all)


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    What the tests reach.

    `choices` are written `step=choice`, `findings` `check:code`, `ends` as the author names them.
    """

    steps: Covered
    choices: Covered
    ends: Covered
    findings: Covered

    @property
    def is_whole(self) -> bool:
        """Whether every step, choice and end is reached."""
        return not (self.steps.missed or self.choices.missed or self.ends.missed)


def coverage_of(checklist: Checklist, results: Iterable[TestResult]) -> Coverage:
    """What these tests reach of a checklist; a test that could not be walked reaches nothing."""
    seen = _ReachedNames()
    for result in results:
        seen.take(result)
    steps = [step.id for step in checklist.steps if not isinstance(step, End)]
    choices = [f"{ask.id}={name}" for ask in checklist.asks for name in choices_of(ask)]
    return Coverage(
        steps=_covered(steps, seen.steps),
        choices=_covered(choices, seen.choices),
        ends=_covered(_ends(checklist), seen.ends),
        findings=_covered_findings(_findings(checklist), seen.findings),
    )


def where(names: Sequence[str], outline: Sequence[StepLocation]) -> list[str]:
    """`step (file:lines)` for each step or `step=choice`, for a report."""
    places = {place.id: place for place in outline}
    return [_where(name, places) for name in names]


def _where(name: str, places: Mapping[str, StepLocation]) -> str:
    step, _, choice = name.partition("=")
    place = places.get(step)
    if place is None:
        return name
    line = place.choices.get(choice)
    return f"{name} ({place.file}:{line if line is not None else place.lines})"


class _ReachedNames:
    def __init__(self) -> None:
        self.steps: set[str] = set()
        self.choices: set[str] = set()
        self.ends: set[str] = set()
        self.findings: set[str] = set()

    def take(self, result: TestResult) -> None:
        walked = result.walked
        if walked is None:
            return
        journey = walked.journey
        for entry in journey.visible:
            self.steps.add(entry.step.id)
            if isinstance(entry.step, Ask) and entry.answer is not None:
                chosen = _listed(entry.answer.value)
                self.choices.update(f"{entry.step.id}={choice}" for choice in chosen)
        self.steps.update(journey.draft.checks)
        if (end := journey.end) is not None:
            self.ends.add(end)
        for check, run in journey.draft.checks.items():
            codes = _listed(run.facts.get("finding"))
            self.findings.update(f"{check}:{code}" for code in codes)


def _covered(every: Iterable[str], seen: set[str]) -> Covered:
    names = tuple(dict.fromkeys(every))
    return Covered(names, tuple(name for name in names if name not in seen))


def _covered_findings(every: Iterable[str], seen: set[str]) -> Covered:
    """A family of codes is reached by any of them."""
    names = tuple(dict.fromkeys(every))
    missed = (name for name in names if not any(_is_finding_of(code, name) for code in seen))
    return Covered(names, tuple(missed))


def _is_finding_of(seen: str, name: str) -> bool:
    check, _, word = name.partition(":")
    return matches_code(seen.removeprefix(f"{check}:"), word)


def _ends(checklist: Checklist) -> Iterator[str]:
    """The ends that there are: those named, the ticket after the last step, advice that helps."""
    ends = [step for step in checklist.steps if isinstance(step, End)]
    yield from (step.end for step in ends)
    # An end without a condition leaves no way to the ticket behind the last step.
    if not any(step.show_if is None for step in ends):
        yield "ticket"
    if any(tell.solved == "offer" for tell in checklist.tells):
        yield "solved"


def _findings(checklist: Checklist) -> Iterator[str]:
    """The codes that conditions of this checklist name, by check."""
    checks = {step.id for step in checklist.steps if isinstance(step, Check)}
    for raw in checklist.conditions:
        for compare in comparisons_in(raw):
            check, _, fact = compare.left.partition(".")
            if check in checks and fact in _CODED:
                yield from (f"{check}:{code}" for code in compare.allowed if code != UNKNOWN)


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [] if value is None else [value]
