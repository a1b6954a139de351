"""
Runs the tests in a checklist's file with mock measurements, without a network.

A test simulates a customer who gives the answers in the file, confirms measured answers, reads
advice and skips optional questions. Each unmet expectation is reported with its path in the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, product
from typing import Final

from pydantic import JsonValue

from diagnostics.texts import LANGUAGES, Language, one_line
from intake.authoring.lint.measurements import FAILED
from intake.authoring.lint.tests import Named
from intake.authoring.messages import Listed, Phrase, Translated, phrase
from intake.authoring.simulation.mock_measurements import (
    MockMeasurements,
    read_example_target,
    read_mock_measurements,
)
from intake.authoring.simulation.walk import ScriptedAnswer, WalkResult, walk
from intake.free_text import Router
from intake.journey.checklist import Checklist
from intake.journey.conditions import scalar_text
from intake.journey.draft import Draft
from intake.journey.items import Item, items, priority, queue, subject
from intake.journey.model import Expect, KeyPath, Scenario
from intake.journey.steps import Ask, Tell

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # the current time in tests, a Monday
MAX_VARIANTS: Final = 500  # of one test
_INSISTED: Final = frozenset({"value", "insisted"})


@dataclass(frozen=True, slots=True)
class UnmetExpectation:
    """An expectation that wasn't met; `path` leads to it from the test."""

    path: KeyPath
    words: Phrase

    def message_in(self, language: str) -> str:
        """Return the message about the actual result in the author's language."""
        return self.words.in_(language)


@dataclass(frozen=True, slots=True)
class TestResult:
    """The result of one test; `walked` is None if mistakes in the test kept it from running."""

    __test__ = False  # pytest would collect the class because of its name

    name: str
    scenario: Scenario
    walked: WalkResult | None
    unmet: tuple[UnmetExpectation, ...]
    measured: MockMeasurements

    @property
    def passed(self) -> bool:
        """Whether all expectations were met."""
        return not self.unmet


def run_tests(checklist: Checklist, router: Router | None = None) -> tuple[TestResult, ...]:
    """
    Run every test of a checklist in the order of the file; a `for-each` test gives many results.

    `router` knows the routing words of the whole folder; without it only this checklist's are used.
    """
    router = router or Router({checklist.id: checklist.head.words})
    return tuple(
        run_test(checklist, variant, name, router=router)
        for scenario in checklist.head.tests
        for name, variant in _variants(checklist, scenario)
    )


def _variants(checklist: Checklist, scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """Yield the test once for each value, or for each combination where several names vary."""
    names = list(scenario.for_each)
    # Values multiply: three names with twenty values each are 8,000 walks.
    cases = islice(product(*scenario.for_each.values()), MAX_VARIANTS)
    checks = {check.id for check in checklist.checks}
    for values in cases:
        measured, answers = dict(scenario.given), dict(scenario.answers)
        for name, value in zip(names, values, strict=True):
            if name in checks:
                measured[name] = (
                    value if value in (None, FAILED) else _with_finding(measured.get(name), value)
                )
            else:
                answers[name] = value
        label = ", ".join(str(value) for value in values)
        update = {"given": measured, "answers": answers}
        yield (
            f"{scenario.name} ({label})" if label else scenario.name,
            scenario.model_copy(update=update),
        )


def _with_finding(facts_before: JsonValue, finding: JsonValue) -> dict[str, JsonValue]:
    """Return a check's facts with its finding replaced."""
    facts = dict(facts_before) if isinstance(facts_before, dict) else {}
    return {**facts, "finding": finding}


def run_test(
    checklist: Checklist, scenario: Scenario, name: str = "", *, router: Router | None = None
) -> TestResult:
    """Run one test; an unknown name or impossible value in it counts as an unmet expectation."""
    name = name or scenario.name
    named = Named.of(checklist.steps, checklist.head.ticket)
    mistakes = tuple(
        UnmetExpectation(mistake.path, mistake.words) for mistake in named.mistakes_of(scenario)
    )
    if mistakes:
        return TestResult(name, scenario, None, mistakes, MockMeasurements())
    measured = read_mock_measurements(scenario.given, checklist)
    scripted = {name: scripted_answer(value) for name, value in scenario.answers.items()}

    def walk_in(language: Language) -> WalkResult:
        return walk(
            checklist,
            Draft(language=language, environment=measured.environment),
            scripted,
            measure=lambda due: measured.run(due, NOON),
            now=NOON,
            read=read_example_target,
        )

    walked = walk_in("en")
    unmet = (
        *_misrouted(checklist, scenario, router),
        *_refused_answers(walked, walk_in),
        *_unmet_expectations(checklist, scenario, walked),
    )
    return TestResult(name, scenario, walked, unmet, measured)


def _refused_answers(
    walked: WalkResult, walk_in: Callable[[Language], WalkResult]
) -> Iterator[UnmetExpectation]:
    """Yield the answers that weren't accepted, with the hint to the customer in each language."""
    if not walked.refused:
        return
    hints: dict[str, list[tuple[str, str]]] = {}
    for language in LANGUAGES:
        for refused in walk_in(language).refused:
            hints.setdefault(refused.step, []).append((language, one_line(refused.hint.text, 300)))
    for step, lines in hints.items():
        yield UnmetExpectation(
            ("answers", step), phrase("test-customer-reads", hint=Translated(tuple(lines)))
        )


def _misrouted(
    checklist: Checklist, scenario: Scenario, router: Router | None
) -> Iterator[UnmetExpectation]:
    """Yield the customers' words that the router doesn't lead to this checklist."""
    for index, text in enumerate(scenario.words if router else ()):
        routing = router.route(text) if router else None
        if routing is None or routing.chosen == checklist.id:
            continue
        if routing.chosen:
            words = phrase("test-leads-to", checklist=routing.chosen)
        elif routing.likeliest:
            likely = tuple(phrase("quoted", word=name) for name in routing.likeliest[:2])
            words = phrase("test-could-mean", listed=Listed(likely, "or"))
        else:
            words = phrase("test-leads-nowhere")
        yield UnmetExpectation(("words", index), words)


def scripted_answer(value: JsonValue) -> ScriptedAnswer:
    """Read an answer: null is "I don't know"; `{value, insisted}` submits one despite a hint."""
    if isinstance(value, dict) and "value" in value and value.keys() <= _INSISTED:
        return ScriptedAnswer(value["value"], value.get("insisted") in (True, "true", "yes"))
    return ScriptedAnswer(value)


def _unmet_expectations(
    checklist: Checklist, scenario: Scenario, walked: WalkResult
) -> Iterator[UnmetExpectation]:
    for name in walked.unused:
        if isinstance(checklist.by_id[name], Ask | Tell):
            yield UnmetExpectation(("answers", name), phrase("test-unused", name=name))
    expect = scenario.expect
    yield from _unmet_asked(expect, walked)
    yield from _unmet_end(expect, walked)
    if walked.journey.end == "ticket" or expect.items:
        yield from _unmet_ticket(checklist, expect, walked)


def _unmet_asked(expect: Expect, walked: WalkResult) -> Iterator[UnmetExpectation]:
    journey = walked.journey
    visible = {entry.step.id: entry for entry in journey.visible}
    shown_steps = {name for name, entry in visible.items() if not entry.silent}
    for key, names, is_wanted in (
        ("asked", expect.asked, True),
        ("not-asked", expect.not_asked, False),
        ("told", expect.told, True),
        ("not-told", expect.not_told, False),
    ):
        for index, name in enumerate(names):
            if (name in shown_steps) is is_wanted:
                continue
            if not is_wanted:
                words = phrase("test-shown", name=name)
            elif name in visible:
                words = phrase("test-was-measured", name=name)
            else:
                words = phrase("test-not-shown", name=name)
            yield UnmetExpectation(("expect", key, index), words)


def _unmet_end(expect: Expect, walked: WalkResult) -> Iterator[UnmetExpectation]:
    journey = walked.journey
    # Unlike the other lists, `missing` must be complete: one more open question fails it.
    if expect.missing and set(expect.missing) != set(journey.missing):
        got = Listed(tuple(journey.missing)) if journey.missing else phrase("nothing")
        yield UnmetExpectation(("expect", "missing"), phrase("test-missing", listed=got))
    if expect.end is None:
        return
    end = journey.end
    if end is None:
        # Advice and optional questions are never `missing`, but the journey may wait for one.
        lacking = ", ".join(journey.missing) or (journey.next.id if journey.next else "")
        yield UnmetExpectation(("expect", "end"), phrase("test-no-end", name=lacking))
    elif end != expect.end:
        yield UnmetExpectation(("expect", "end"), phrase("test-ends", end=end))


def _unmet_ticket(
    checklist: Checklist, expect: Expect, walked: WalkResult
) -> Iterator[UnmetExpectation]:
    draft = walked.journey.draft
    if expect.queue is not None and expect.queue != (got := queue(checklist, draft)):
        yield UnmetExpectation(("expect", "queue"), phrase("test-queue", got=got))
    if expect.priority is not None and expect.priority != (got := priority(checklist, draft)):
        yield UnmetExpectation(("expect", "priority"), phrase("test-priority", got=got))
    if expect.subject is not None:
        for language in sorted(expect.subject.languages):
            got = subject(checklist, draft, language)
            if got != expect.subject.in_(language):
                yield UnmetExpectation(("expect", "subject"), phrase("test-subject", got=got))
                break
    lines = {item.id: item for item in items(checklist, draft, now=NOON)}
    for name, answer in expect.items.items():
        if (words := _item_difference(lines.get(name), answer)) is not None:
            yield UnmetExpectation(("expect", "items", name), words)


def _item_difference(item: Item | None, wanted: JsonValue) -> Phrase | None:
    """Return how a line of the ticket differs from the expected answer; None if it doesn't."""
    if item is None:
        return phrase("test-no-line")
    if isinstance(wanted, dict) and wanted.keys() <= {"answer", "source"}:
        if "source" in wanted and wanted["source"] != item.source.value:
            return phrase("test-other-source", got=item.source.value)
        if "answer" not in wanted:
            return None
        wanted = wanted["answer"]
    return None if _is_same_answer(item.answer, wanted) else _answer_phrase(item.answer)


def _is_same_answer(got: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(got, Mapping):
        return got.get("said") == wanted
    if isinstance(got, list) and isinstance(wanted, list):
        return [scalar_text(value) for value in got] == [scalar_text(value) for value in wanted]
    if got is None or wanted is None or isinstance(got, list) or isinstance(wanted, list | dict):
        return got == wanted
    return scalar_text(got) == scalar_text(wanted)


def _answer_phrase(answer: JsonValue) -> Phrase:
    if answer is None:
        return phrase("test-says-unknown")
    if isinstance(answer, Mapping):
        answer = answer.get("said")
    return phrase("test-says", got=str(answer))
