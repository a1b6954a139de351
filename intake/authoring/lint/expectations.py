"""Whether what a test expects can be, and can fail."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.journey.model import Expect, Scenario


def _both_ways(expect: Expect) -> Iterator[Mistake]:
    """A step that a test expects, and expects not."""
    for key, other, unwanted, wanted in (
        ("not-asked", "asked", expect.not_asked, expect.asked),
        ("not-told", "told", expect.not_told, expect.told),
    ):
        for index, name in enumerate(unwanted):
            if name in wanted:
                words = phrase("test-both", name=name, key=key, other=other)
                yield Mistake(("expect", key, index), words)


def mistakes_of_expectations(scenario: Scenario, ends: Collection[str]) -> Iterator[Mistake]:
    """What a test says and nothing comes of, or what can't be; `ends` are the checklist's."""
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
    """What only a ticket has, expected of a journey that ends without one."""
    of_ticket = {"queue": expect.queue, "priority": expect.priority, "subject": expect.subject}
    for key, value in of_ticket.items():
        if expect.end == "solved" and value is not None:
            path = ("expect", key)
            yield Mistake(path, phrase("test-no-ticket", key=key), on_key=True)
            return
