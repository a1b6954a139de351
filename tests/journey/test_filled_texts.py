"""Texts say the values that they name, in the reader's language, or what stands under otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from intake.journey import Ask, Checklist, Tell, fill_step, filled_step_lookup, items, subject
from intake.journey.explain import visibility_in_words
from tests.journey.customer import TICKET, Customer

Make = Callable[..., Customer]

STEPS = """
  - ask: scope
    kind: choice
    text: Scope
    choices:
      one:
        en: "Only {site}"
        ru: "Только {site}"
        otherwise: {en: "Only this one", ru: "Только этот"}
      all: {en: All, ru: Все}
  - {ask: since, kind: moment, text: {en: Since, ru: Когда}}
  - {ask: note, kind: long-text, text: {en: Note, ru: Заметка}}
  - tell: advice
    text:
      en: "{web.first-byte-ms}, {web.loss-percent}, {web.certificate-days-left}, {web.cause}"
      ru: "{web.first-byte-ms}, {web.loss-percent}, {web.certificate-days-left}, {web.cause}"
      otherwise: {en: "Not measured", ru: "Не измерено"}
    do:
      - en: "{scope}; {since}; {note}"
        ru: "{scope}; {since}; {note}"
        otherwise: {en: "Look", ru: "Посмотрите"}
  - ask: last
    kind: text
    show-if: {scope: one}
    text: {en: "Last {{, }}", ru: "Слово"}
    short:
      en: "Of {note}"
      ru: "О {note}"
      otherwise: {en: "Last", ru: "Последнее"}
"""


def reads(anna: Customer, step: str, language: str) -> str:
    said = filled_step_lookup(anna.journey)(step)
    assert isinstance(said, Ask | Tell)
    return said.text.in_(language)


@pytest.mark.parametrize(
    ("facts", "en", "ru"),
    [
        (
            {"first-byte-ms": 5230, "loss-percent": 12, "certificate-days-left": 1},
            "5.2 seconds, 12%, 1 day, an expired certificate",
            "5,2 секунды, 12 %, 1 день, истёкший сертификат",
        ),
        (
            {"first-byte-ms": 850, "loss-percent": 0.5, "certificate-days-left": 12},
            "850 milliseconds, 0.5%, 12 days, an expired certificate",
            "850 миллисекунд, 0,5 %, 12 дней, истёкший сертификат",
        ),
        ({"first-byte-ms": 850, "loss-percent": 12}, "Not measured", "Не измерено"),
        # "In 0 days" and "in -3 days" would be untrue.
        (
            {"first-byte-ms": 1, "loss-percent": 0, "certificate-days-left": 0},
            "Not measured",
            "Не измерено",
        ),
    ],
)
def test_a_measured_value_is_said_as_the_language_writes_it(
    customer: Make, facts: dict[str, Any], en: str, ru: str
) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    assert reads(anna, "advice", "en") == "Not measured"
    anna.measured("web", "tls.expired", **facts)
    assert reads(anna, "advice", "en") == en
    assert reads(anna, "advice", "ru") == ru


def test_an_answer_is_said_as_the_ticket_says_it(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    anna.says("scope", "one")
    anna.says("since", "yesterday 14:20")
    anna.says("note", "It began\nby itself")
    advice = fill_step(anna.journey, anna.journey.checklist.by_id["advice"])
    assert isinstance(advice, Tell)
    at = "вчера, 14:20 (21 ноября, Europe/Moscow)"
    assert advice.do[0].in_("ru") == f"Только shop.example; {at}; It began by itself"


def test_dont_know_is_said_otherwise(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", None)
    scope = fill_step(anna.journey, anna.journey.checklist.by_id["scope"])
    assert isinstance(scope, Ask)
    assert scope.choices["one"].in_("en") == "Only this one"


def test_what_a_stranger_says_is_short_flat_and_never_read_for_names(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    anna.says("scope", "one")
    anna.says("note", "{site} \u202egnp.exe\n" + "x" * 500)
    last = fill_step(anna.journey, anna.journey.checklist.by_id["last"])
    assert isinstance(last, Ask)
    assert last.short is not None
    said = last.short.in_("en")
    assert said.startswith("Of {site} ")
    assert "\u202e" not in said
    assert "\n" not in said
    assert len(said) <= len("Of ") + 80
    assert last.text.in_("en") == "Last {, }"


def test_the_ticket_and_the_reason_have_the_values_too(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    anna.says("scope", "one")
    anna.says("note", "cart")
    line = {item.id: item for item in items(anna.journey.checklist, anna.journey.draft)}
    assert line["scope"].display == {"en": "Only shop.example", "ru": "Только shop.example"}
    assert line["last"].label.in_("ru") == "О cart"
    last = anna.journey.checklist.by_id["last"]
    why = visibility_in_words(anna.journey.checklist, last, "en", filled_step_lookup(anna.journey))
    assert why == "Asked only if you chose “Only shop.example”."


def test_a_subject_says_otherwise_where_it_has_words_for_it(
    checklist: Callable[..., Checklist], customer: Make
) -> None:
    said = '{en: "{site}: {note}", ru: "{site}: {note}", otherwise: "{site} fails"}'
    made = checklist(STEPS, ticket=TICKET.replace('"{site}"', said))
    anna = customer(made)
    anna.says("site", "shop.example")
    assert subject(made, anna.journey.draft, "en") == "shop.example fails"
    anna.says("note", "cart")
    assert subject(made, anna.journey.draft, "en") == "shop.example: cart"


def test_a_pinned_checklist_keeps_what_it_says_otherwise(customer: Make) -> None:
    made = customer(STEPS).journey.checklist
    again = type(made).from_json(made.to_json())
    assert again.version == made.version
    anna = customer(again)
    anna.says("site", "shop.example")
    assert reads(anna, "advice", "ru") == "Не измерено"
