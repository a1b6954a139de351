"""An answer matters when another one would have led elsewhere, not for its line in a ticket."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from intake.authoring.step_impact import changed_the_journey, steps_in_use, subject_steps
from intake.journey import Answer, Ask, Draft
from tests.sketches import load_sketch

TEXT = """\
checklist: influence
title: {en: "T", ru: "Т"}
steps:
  - ask: site
    kind: target
    text: {en: "Enter the site", ru: "Укажите сайт"}
  - check: web
    diagnose: site
    of: site
  - ask: scope
    kind: choice
    text: {en: "Choose which fail", ru: "Отметьте, что не работает"}
    choices:
      one: {en: "One", ru: "Один"}
      all: {en: "All", ru: "Все"}
  - ask: often
    kind: yes-no
    show-if: {scope: one}
    text: {en: "Say whether often", ru: "Отметьте, часто ли"}
  - ask: colour
    kind: text
    text: {en: "Write the colour", ru: "Напишите цвет"}
  - ask: topic
    kind: text
    text: {en: "Write the topic", ru: "Напишите тему"}
ticket:
  subject: "{topic}: {web.cause}"
  priority:
    - {otherwise: normal}
  queue:
    - {when: {all: [{scope: one}, {often: "yes"}]}, is: network}
    - {otherwise: hosting}
"""
CHECKLIST = load_sketch(TEXT)
AT = datetime(2026, 11, 22, tzinfo=UTC)


def draft(**said: str | None) -> Draft:
    answers = {name: Answer(value=value, at=AT) for name, value in said.items()}
    return Draft(language="en", answers=answers)


def test_what_conditions_tables_and_checks_name_is_read() -> None:
    assert steps_in_use(CHECKLIST) == {"site", "scope", "often"}
    assert subject_steps(CHECKLIST) == {"topic", "web"}


ANOTHER_QUESTION = ("scope", {"scope": "one"})
ANOTHER_QUEUE = ("often", {"scope": "one", "often": "no"})
NOT_EVEN_SHOWN = ("often", {"scope": "all", "often": "no"})
UNREAD = ("colour", {"scope": "one", "colour": "red"})
WORDS_OF_THE_SUBJECT = ("topic", {"topic": "mail"})
NOT_ANSWERED = ("site", {"scope": "one"})


def asked(name: str) -> Ask:
    step = CHECKLIST.by_id[name]
    assert isinstance(step, Ask)
    return step


@pytest.mark.parametrize(("step", "said"), [ANOTHER_QUESTION, ANOTHER_QUEUE])
def test_another_answer_would_have_led_elsewhere(step: str, said: dict[str, str]) -> None:
    assert changed_the_journey(CHECKLIST, draft(**said), asked(step))


@pytest.mark.parametrize(
    ("step", "said"), [NOT_EVEN_SHOWN, UNREAD, WORDS_OF_THE_SUBJECT, NOT_ANSWERED]
)
def test_no_other_answer_would_have_made_a_difference(step: str, said: dict[str, str]) -> None:
    assert not changed_the_journey(CHECKLIST, draft(**said), asked(step))
