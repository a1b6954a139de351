"""The test coverage of a checklist: its steps, choices, ends, and findings in its conditions."""

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

_CODE_FACTS = ("finding", "cause")


@dataclass(frozen=True, slots=True)
class CoveredNames:
    """The coverage of one kind of name: all of them, and those that no test reaches."""

    all: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def share(self) -> float:
        """The ratio of names that are reached, 0 to 1; 1 if there are none."""
        return 1.0 if not self.all else 1 - len(self.missed) / len(self.all)


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    The test coverage of a checklist.

    `choices` are written `step=choice`, `findings` `check:code`, `ends` as in the file.
    """

    steps: CoveredNames
    choices: CoveredNames
    ends: CoveredNames
    findings: CoveredNames

    @property
    def is_complete(self) -> bool:
        """Whether every step, choice and end is reached."""
        return not (self.steps.missed or self.choices.missed or self.ends.missed)


def coverage_of(checklist: Checklist, results: Iterable[TestResult]) -> Coverage:
    """Return the coverage by these test results; a test that could not run reaches nothing."""
    reached = _ReachedNames()
    for result in results:
        reached.add(result)
    steps = [step.id for step in checklist.steps if not isinstance(step, End)]
    choices = [f"{ask.id}={name}" for ask in checklist.asks for name in choices_of(ask)]
    return Coverage(
        steps=_covered(steps, reached.steps),
        choices=_covered(choices, reached.choices),
        ends=_covered(_ends(checklist), reached.ends),
        findings=_covered_findings(_findings(checklist), reached.findings),
    )


def with_locations(names: Sequence[str], outline: Sequence[StepLocation]) -> list[str]:
    """Return `step (file:lines)` for each step or `step=choice`, for a report."""
    locations = {location.id: location for location in outline}
    return [_with_location(name, locations) for name in names]


def _with_location(name: str, locations: Mapping[str, StepLocation]) -> str:
    step, _, choice = name.partition("=")
    location = locations.get(step)
    if location is None:
        return name
    line = location.choices.get(choice)
    return f"{name} ({location.file}:{line if line is not None else location.lines})"


class _ReachedNames:
    def __init__(self) -> None:
        self.steps: set[str] = set()
        self.choices: set[str] = set()
        self.ends: set[str] = set()
        self.findings: set[str] = set()

    def add(self, result: TestResult) -> None:
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


def _covered(all_names: Iterable[str], reached: set[str]) -> CoveredNames:
    names = tuple(dict.fromkeys(all_names))
    return CoveredNames(names, tuple(name for name in names if name not in reached))


def _covered_findings(all_names: Iterable[str], reached: set[str]) -> CoveredNames:
    """Return the coverage of findings; any of its codes reaches a family of codes."""
    names = tuple(dict.fromkeys(all_names))
    missed = (name for name in names if not any(_is_finding_of(code, name) for code in reached))
    return CoveredNames(names, tuple(missed))


def _is_finding_of(reached: str, name: str) -> bool:
    check, _, word = name.partition(":")
    return matches_code(reached.removeprefix(f"{check}:"), word)


def _ends(checklist: Checklist) -> Iterator[str]:
    """Yield the possible ends: `end` steps, the ticket after the last step, helpful advice."""
    ends = [step for step in checklist.steps if isinstance(step, End)]
    yield from (step.end for step in ends)
    # An end without a condition makes the ticket after the last step unreachable.
    if not any(step.show_if is None for step in ends):
        yield "ticket"
    if any(tell.solved == "offer" for tell in checklist.tells):
        yield "solved"


def _findings(checklist: Checklist) -> Iterator[str]:
    """Yield `check:code` for each code that a condition of the checklist names."""
    checks = {step.id for step in checklist.steps if isinstance(step, Check)}
    for raw in checklist.conditions:
        for compare in comparisons_in(raw):
            check, _, fact = compare.left.partition(".")
            if check in checks and fact in _CODE_FACTS:
                yield from (f"{check}:{code}" for code in compare.allowed if code != UNKNOWN)


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [] if value is None else [value]
