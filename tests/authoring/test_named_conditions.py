"""Conditions with names stand for what they say, in all that reads conditions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intake.authoring.loader import examine_text
from intake.authoring.syntax.named_conditions import cycle_of, expanded
from intake.journey import Checklist, priority
from intake.journey.checklist_paths import shipped_folder
from intake.journey.explain import condition_in_words
from tests.journey.customer import Customer, ids

FILE = """
checklist: small
title: {en: Small, ru: Малый}
conditions:
  broken: {web.verdict: fault}
  urgent: {all: [broken, {scope: all}]}
  moved: {changed: {before: since}}
steps:
  - {ask: site, kind: target, text: {en: Site, ru: Сайт}}
  - {check: web, diagnose: site, of: site}
  - ask: scope
    kind: choice
    text: {en: Scope, ru: Сколько}
    choices: {one: {en: One, ru: Один}, all: {en: All, ru: Все}}
  - {ask: changed, kind: moment, show-if: broken, text: {en: Changed, ru: Изменили}}
  - {ask: since, kind: moment, show-if: [urgent, {scope: one}], text: {en: Since, ru: Началось}}
  - {tell: undo, show-if: moved, text: {en: Undo it, ru: Верните как было}}
  - {tell: other, show-if: {not: moved}, text: {en: Not that, ru: Дело не в этом}}
  - {ask: email, kind: e-mail, role: contact, text: {en: E-mail, ru: Почта}}
ticket:
  subject: "{site}"
  priority: [{when: urgent, is: urgent}, {otherwise: normal}]
  queue: [{otherwise: hosting}]
"""


@pytest.fixture(scope="module")
def small() -> Checklist:
    examined = examine_text(FILE, folder=shipped_folder())
    assert [str(problem) for problem in examined.problems] == []
    assert examined.checklist is not None
    return examined.checklist


def walked(small: Checklist, customer: Callable[..., Customer]) -> Customer:
    anna = customer(Checklist.from_json(small.to_json()))
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    anna.says("scope", "all")
    return anna


@pytest.mark.parametrize(
    ("changed", "since", "told"),
    [
        ("yesterday 14:20", "yesterday 14:21", ["undo"]),
        ("yesterday 14:21", "yesterday 14:20", ["other"]),
        ("yesterday 14:20", "yesterday 14:20", ["other"]),
        # Neither holds: it isn't known which came first.
        ("yesterday 14:20", None, []),
    ],
)
def test_a_name_stands_for_its_condition_also_in_a_pinned_checklist(
    small: Checklist,
    customer: Callable[..., Customer],
    changed: str,
    since: str | None,
    told: list[str],
) -> None:
    anna = walked(small, customer)
    anna.says("changed", changed)
    anna.says("since", since)
    shown = ids(anna.journey.visible)
    assert [name for name in shown if name in ("undo", "other")] == told
    assert priority(anna.journey.checklist, anna.journey.draft) == "urgent"


def test_a_condition_is_said_as_what_it_stands_for(small: Checklist) -> None:
    undo, since = small.by_id["undo"], small.by_id["since"]
    assert condition_in_words(small, undo.show_if, "en") == "“Changed” is earlier than “Since”"
    assert condition_in_words(small, undo.show_if, "ru") == "«Изменили» раньше, чем «Началось»"
    assert condition_in_words(small, since.show_if, "en") == (
        "our check found a fault and you chose “All” or you chose “One”"
    )


def test_a_circle_is_found_and_cut() -> None:
    named = {"a": {"all": ["b", {"x": "y"}]}, "b": ["c"], "c": {"not": "b"}, "d": {"d": "e"}}
    assert cycle_of("a", named) == ()  # type: ignore[arg-type]
    assert cycle_of("b", named) == ("b", "c", "b")  # type: ignore[arg-type]
    assert cycle_of("d", named) == ()  # type: ignore[arg-type]
    assert expanded("b", named) == {"=b": [{"=c": {"not": "b"}}]}  # type: ignore[arg-type]


def test_names_that_stand_for_too_much_are_told_and_cost_little() -> None:
    doubled = [f"  c{n}: {{all: [c{n + 1}, c{n + 1}, c{n + 1}]}}" for n in range(40)]
    text = FILE.replace("conditions:\n", "\n".join(["conditions:", *doubled, "  c40: broken", ""]))
    text = text.replace("show-if: broken", "show-if: c0")
    problems = examine_text(text, folder=shipped_folder()).problems
    assert {problem.code for problem in problems} == {"condition-large"}


def test_what_an_author_writes_as_if_it_were_in_place_already_counts_for_nothing() -> None:
    text = FILE.replace("show-if: broken", "show-if: {=broken: {nothing: here}}")
    examined = examine_text(text, folder=shipped_folder())
    assert not examined.problems
    assert examined.checklist is not None
    assert examined.checklist.by_id["changed"].show_if == {"=broken": {"web.verdict": "fault"}}


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("moved", {"contact-path"}),
        # Neither holds where one of the two times isn't known.
        ("[moved, {not: moved}]", {"contact-path"}),
        ("[moved, {not: moved}, {changed: unknown}, {since: unknown}]", {"contact-path"}),
        # The same comparison, said from its other side.
        ("{all: [moved, {not: {since: {after: changed}}}]}", {"never-shown"}),
    ],
)
def test_a_contact_behind_a_comparison_is_not_proven(condition: str, codes: set[str]) -> None:
    email = "  - {ask: email, kind: e-mail"
    text = FILE.replace(email, f"{email}, show-if: {condition}")
    found = {problem.code for problem in examine_text(text, folder=shipped_folder()).problems}
    assert found == codes
