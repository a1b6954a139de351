"""
The tests that stand in a checklist's file: walked with made-up measurements, without a network.

A test is a customer who answers as written, confirms what was measured, reads advice and goes on,
and passes what may be passed. What it expects and doesn't get is told with the way to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, product
from typing import Final

from pydantic import JsonValue

from intake.authoring.lint.measurements import FAILED
from intake.authoring.lint.tests import Named
from intake.authoring.simulation.mock_measurements import Measured, read_example, read_measured
from intake.authoring.simulation.walk import ScriptedAnswer, WalkResult, walk
from intake.free_text import Router
from intake.journey.checklist import Checklist
from intake.journey.conditions import as_word
from intake.journey.draft import Draft
from intake.journey.items import Item, items, priority, queue, subject
from intake.journey.model import Expect, KeyPath, Scenario
from intake.journey.steps import Ask, Tell

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday; tests read times against it
MAX_VARIANTS: Final = 500  # of one test
_INSISTED: Final = frozenset({"value", "insisted"})


@dataclass(frozen=True, slots=True)
class Unmet:
    """What a test expected and didn't get; `path` leads to it from the test."""

    path: KeyPath
    message: str


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test: what came of it, and what of that it didn't expect."""

    __test__ = False  # pytest's own classes begin so

    name: str
    scenario: Scenario
    walked: WalkResult | None
    unmet: tuple[Unmet, ...]
    measured: Measured

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.unmet


def run_tests(checklist: Checklist, router: Router | None = None) -> tuple[TestResult, ...]:
    """
    Every test of a checklist, in the order of the file; one `for-each` is many.

    `router` knows the words of the whole folder; without it only this checklist's are known.
    """
    router = router or Router({checklist.id: checklist.head.words})
    return tuple(
        run_test(checklist, variant, name, router=router)
        for scenario in checklist.head.tests
        for name, variant in _variants(checklist, scenario)
    )


def _variants(checklist: Checklist, scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """The test once for each value, or for each pairing where several names have values."""
    names = list(scenario.for_each)
    # Values multiply: three names with twenty values each are 8,000 walks.
    cases = islice(product(*scenario.for_each.values()), MAX_VARIANTS)
    checks = {check.id for check in checklist.checks}
    for values in cases:
        measured, answers = dict(scenario.given), dict(scenario.answers)
        for name, value in zip(names, values, strict=True):
            if name in checks:
                measured[name] = (
                    value if value in (None, FAILED) else _found(measured.get(name), value)
                )
            else:
                answers[name] = value
        label = ", ".join(str(value) for value in values)
        update = {"given": measured, "answers": answers}
        yield (
            f"{scenario.name} ({label})" if label else scenario.name,
            scenario.model_copy(update=update),
        )


def _found(before: JsonValue, finding: JsonValue) -> dict[str, JsonValue]:
    """What a check found, with this finding in the place of the one before."""
    facts = dict(before) if isinstance(before, dict) else {}
    return {**facts, "finding": finding}


def run_test(
    checklist: Checklist, scenario: Scenario, name: str = "", *, router: Router | None = None
) -> TestResult:
    """One test; a name or a value in it that can't be is told like an expectation unmet."""
    name = name or scenario.name
    named = Named.of(checklist.steps, checklist.head.ticket)
    strangers = tuple(
        Unmet(mistake.path, mistake.words.in_("en")) for mistake in named.mistakes_of(scenario)
    )
    if strangers:
        return TestResult(name, scenario, None, strangers, Measured())
    measured = read_measured(scenario.given, checklist)
    scripted = {name: scripted_answer(value) for name, value in scenario.answers.items()}
    draft = Draft(language="en", environment=measured.environment)
    walked = walk(
        checklist,
        draft,
        scripted,
        measure=lambda due: measured.run(due, NOON),
        now=NOON,
        read=read_example,
    )
    unmet = (*_misled(checklist, scenario, router), *_unmet(checklist, scenario, walked))
    return TestResult(name, scenario, walked, unmet, measured)


def _misled(checklist: Checklist, scenario: Scenario, router: Router | None) -> Iterator[Unmet]:
    """The customers' words that don't lead to this checklist."""
    for index, text in enumerate(scenario.words if router else ()):
        routing = router.route(text) if router else None
        if routing is None or routing.chosen == checklist.id:
            continue
        if routing.chosen:
            message = f"it leads to '{routing.chosen}'"
        elif routing.likeliest:
            message = f"it could mean {' or '.join(map(repr, routing.likeliest[:2]))}"
        else:
            message = "none of its words lead anywhere"
        yield Unmet(("words", index), message)


def scripted_answer(value: JsonValue) -> ScriptedAnswer:
    """One answer as written: null is "I don't know", `{value, insisted}` keeps a thin one."""
    if isinstance(value, dict) and "value" in value and value.keys() <= _INSISTED:
        return ScriptedAnswer(value["value"], value.get("insisted") in (True, "true", "yes"))
    return ScriptedAnswer(value)


def _unmet(checklist: Checklist, scenario: Scenario, walked: WalkResult) -> Iterator[Unmet]:
    for refused in walked.refused:
        yield Unmet(("answers", refused.step), f"the customer would read: {refused.hint.text}")
    for name in walked.unused:
        if isinstance(checklist.by_id[name], Ask | Tell):
            message = f"'{name}' is answered, and it is not asked on this path"
            yield Unmet(("answers", name), message)
    expect = scenario.expect
    yield from _unmet_asked(expect, walked)
    yield from _unmet_end(expect, walked)
    if walked.journey.end == "ticket" or expect.items:
        yield from _unmet_ticket(checklist, expect, walked)


def _unmet_asked(expect: Expect, walked: WalkResult) -> Iterator[Unmet]:
    journey = walked.journey
    visible = {entry.step.id: entry for entry in journey.visible}
    put = {name for name, entry in visible.items() if not entry.silent}
    for key, names, is_wanted in (
        ("asked", expect.asked, True),
        ("not-asked", expect.not_asked, False),
        ("told", expect.told, True),
        ("not-told", expect.not_told, False),
    ):
        for index, name in enumerate(names):
            if (name in put) is is_wanted:
                continue
            if not is_wanted:
                message = f"'{name}' is shown"
            elif name in visible:
                message = f"'{name}' is not asked: it was measured"
            else:
                message = f"'{name}' is not shown"
            yield Unmet(("expect", key, index), message)


def _unmet_end(expect: Expect, walked: WalkResult) -> Iterator[Unmet]:
    journey = walked.journey
    # `missing` is the one expectation that must be whole: one question more fails it.
    if expect.missing and set(expect.missing) != set(journey.missing):
        got = ", ".join(journey.missing) or "nothing"
        yield Unmet(("expect", "missing"), f"missing is {got}")
    if expect.end is None:
        return
    end = journey.end
    if end is None:
        # Advice and optional questions are never missing, and may still be what it waits for.
        lacking = ", ".join(journey.missing) or (journey.next.id if journey.next else "")
        yield Unmet(("expect", "end"), f"it doesn't end: {lacking} is not answered")
    elif end != expect.end:
        yield Unmet(("expect", "end"), f"it ends in '{end}'")


def _unmet_ticket(checklist: Checklist, expect: Expect, walked: WalkResult) -> Iterator[Unmet]:
    draft = walked.journey.draft
    for key, wanted, got in (
        ("queue", expect.queue, queue(checklist, draft)),
        ("priority", expect.priority, priority(checklist, draft)),
    ):
        if wanted is not None and wanted != got:
            yield Unmet(("expect", key), f"the {key} is '{got}'")
    if expect.subject is not None:
        for language in sorted(expect.subject.languages):
            got = subject(checklist, draft, language)
            if got != expect.subject.in_(language):
                yield Unmet(("expect", "subject"), f"the subject is “{got}”")
                break
    lines = {item.id: item for item in items(checklist, draft, now=NOON)}
    for name, answer in expect.items.items():
        if (message := _unlike(lines.get(name), answer)) is not None:
            yield Unmet(("expect", "items", name), message)


def _unlike(item: Item | None, wanted: JsonValue) -> str | None:
    """How a line of the ticket differs from what is wanted; None when it doesn't."""
    if item is None:
        return "the ticket has no such line"
    if isinstance(wanted, dict) and wanted.keys() <= {"answer", "source"}:
        if "source" in wanted and wanted["source"] != item.source.value:
            return f"its source is '{item.source.value}'"
        if "answer" not in wanted:
            return None
        wanted = wanted["answer"]
    return None if _same(item.answer, wanted) else f"it says {_shown(item.answer)}"


def _same(got: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(got, Mapping):
        return got.get("said") == wanted
    if isinstance(got, list) and isinstance(wanted, list):
        return [as_word(value) for value in got] == [as_word(value) for value in wanted]
    if got is None or wanted is None or isinstance(got, list) or isinstance(wanted, list | dict):
        return got == wanted
    return as_word(got) == as_word(wanted)


def _shown(answer: JsonValue) -> str:
    if answer is None:
        return "“don't know”"
    if isinstance(answer, Mapping):
        answer = answer.get("said")
    return f"'{answer}'"
