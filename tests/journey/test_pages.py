"""Which questions stand on one screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from intake.journey import Answer, screen_of, screens
from intake.journey.draft import Source
from tests.journey.customer import Customer

Make = Callable[..., Customer]
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)

HISTORY = """
  - {ask: before, kind: choice, page: history, text: Before, choices: {no: No, again: Again}}
  - {ask: helped, kind: text, page: history, show-if: {before: again}, text: Helped}
  - {ask: written, kind: yes-no, page: history, text: Written}
  - {ask: answered, kind: text, page: history, show-if: {written: yes}, text: Answered}
  - {ask: changed, kind: text, text: Changed}
"""
MEASURED = """
  - {ask: seen, kind: text, page: facts, text: Seen}
  - ask: error
    kind: choice
    page: facts
    text: Error
    choices: {none: None, some: Some}
    answer-from: [{when: {web.verdict: fault}, is: some}]
"""


def shown(anna: Customer) -> list[list[str]]:
    return [[step.id for step in screen] for screen in screens(anna.journey)]


def test_neighbours_of_one_page_stand_together_and_the_others_alone(customer: Make) -> None:
    assert shown(customer(HISTORY)) == [["site"], ["before", "written"], ["changed"]]


def test_what_an_answer_leads_to_is_asked_on_the_next_screen(customer: Make) -> None:
    anna = customer(HISTORY)
    for step, value in (("site", "shop.example"), ("before", "again"), ("written", "yes")):
        anna.says(step, value)
    assert shown(anna) == [["site"], ["before", "written"], ["helped", "answered"], ["changed"]]
    following = anna.journey.next
    assert following is not None
    assert following.id == "helped"
    assert [one.id for one in screen_of(anna.journey, following)] == [*("helped", "answered")]


def test_what_a_running_check_may_answer_comes_later(customer: Make) -> None:
    anna = customer(MEASURED)
    anna.says("site", "shop.example")
    anna.measured("web", state="running")
    step = anna.journey.next
    assert step is not None
    assert [one.id for one in screen_of(anna.journey, step)] == ["seen"]
    anna.measured("web", state="failed")
    assert [one.id for one in screen_of(anna.journey, step)] == ["seen", "error"]


def test_what_the_panel_knows_has_no_screen(customer: Make) -> None:
    anna = customer(HISTORY)
    anna.says("site", "shop.example")
    before = anna.journey.accept("before", "no", now=NOW)
    assert isinstance(before, Answer)
    panels = before.model_copy(update={"source": Source.PANEL})
    journey = anna.journey.with_answer("before", panels)
    assert [[step.id for step in screen] for screen in screens(journey)] == [
        ["site"],
        ["written"],
        ["changed"],
    ]
