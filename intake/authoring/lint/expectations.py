"""Checks that a test's expectations are possible, and that the test can fail."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.journey.model import Expect, Scenario


def _both_ways(expect: Expect) -> Iterator[Mistake]:
    """Yield a mistake for a step that a test expects both shown and not shown."""
    for key, other, unwanted, wanted in (
        ("not-asked", "asked", expect.not_asked, expect.asked),
        ("not-told", "told", expect.not_told, expect.told),
    ):
        for index, name in enumerate(unwanted):
            if name in wanted:
                words = phrase("test-both", name=name, key=key, other=other)
                yield Mistake(("expect", key, index), words)


def mistakes_of_expectations(scenario: Scenario, ends: Collection[str]) -> Iterator[Mistake]:
    """Yield the mistakes of a test that can't fail or can't pass; `ends` are the checklist's."""
    yield from _both_ways(scenario.expect)
    if scenario.expect == Expect() and not scenario.words:
        yield Mistake(("name",), phrase("test-expects-nothing"))
    for name in scenario.for_each:
        if name in scenario.answers:
            path = ("answers", name)
            yield Mistake(path, phrase("test-each-over", name=name), on_key=True)
    if "solved" in ends:
        yield from _without_ticket(scenario.expect)


def _without_ticket(expect: Expect) -> Iterator[Mistake]:
    """Yield a mistake for the queue, priority or subject of a journey without a ticket."""
    of_ticket = {"queue": expect.queue, "priority": expect.priority, "subject": expect.subject}
    for key, value in of_ticket.items():
        if expect.end == "solved" and value is not None:
            path = ("expect", key)
            yield Mistake(path, phrase("test-no-ticket", key=key), on_key=True)
            return
