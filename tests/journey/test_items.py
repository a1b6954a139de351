"""The ticket's lines: every question in words of both languages, and whose word each answer is."""

from __future__ import annotations

from collections.abc import Callable

from intake.journey import Checklist, Item, Source, items, priority, queue, subject
from tests.journey.customer import NOW, TICKET, Customer

Make = Callable[..., Customer]

STEPS = """
  - ask: scope
    kind: choice
    text: Scope
    choices: {one: {en: One, ru: Один}, all: {en: All, ru: Все}}
  - {ask: since, kind: moment, text: Since}
  - ask: error
    kind: choice
    text: Error
    short: {en: Err, ru: Ошибка}
    answer-from: web.symptom
    choices: {error-502: {en: "502", ru: "Ошибка 502"}, timed-out: {en: Slow, ru: Долго}}
    record: error
  - {ask: files, kind: file, text: Files, required: false}
  - {ask: nick, kind: text, text: Nick, required: false}
"""


def lines(anna: Customer) -> dict[str, Item]:
    return {item.id: item for item in items(anna.journey.checklist, anna.journey.draft, now=NOW)}


def test_answers_read_in_both_languages(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    anna.says("scope", "all")
    anna.says("since", "14:20")
    anna.says("error", "timed-out")
    anna.says("files", ["a", "b"])
    anna.says("nick", "")
    shown = {name: item.display for name, item in lines(anna).items()}
    assert shown == {
        "site": {"en": "shop.example", "ru": "shop.example"},
        "scope": {"en": "All", "ru": "Все"},
        "since": {
            "en": "today, 14:20 (22 November, Europe/Moscow)",
            "ru": "сегодня, 14:20 (22 ноября, Europe/Moscow)",
        },
        "error": {"en": "Slow", "ru": "Долго"},
        "files": {"en": "2 files", "ru": "Файлов: 2"},
        "nick": {"en": "Not given", "ru": "Не указано"},
    }
    assert lines(anna)["error"].label.in_("ru") == "Ошибка"
    assert lines(anna)["scope"].label.in_("ru") == "Scope"


def test_a_person_asked_for_early_gets_what_is_known_and_what_is_missing(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    known = lines(anna)
    assert known["error"].answer == "error-502"
    assert known["error"].source is Source.MEASURED
    assert not known["error"].missing
    assert known["scope"].missing
    assert known["scope"].source is Source.UNKNOWN
    assert known["scope"].display == {"en": "Not answered yet", "ru": "Пока без ответа"}
    assert "nick" not in known


def test_a_contradiction_keeps_both_words(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    anna.says("error", "timed-out")
    line = lines(anna)["error"]
    assert line.source is Source.CONTRADICTED
    assert line.display["ru"] == "Долго"
    assert line.measured_display == {"en": "502", "ru": "Ошибка 502"}


def test_dont_know_is_said_and_the_measurement_stands_beside(customer: Make) -> None:
    anna = customer(STEPS)
    anna.says("site", "shop.example")
    anna.measured("web", "http.bad_gateway")
    anna.says("error", None)
    line = lines(anna)["error"]
    assert (line.answer, line.source) == (None, Source.UNKNOWN)
    assert line.display == {"en": "Don't know", "ru": "Не знаю"}
    assert line.measured_display == {"en": "502", "ru": "Ошибка 502"}


def test_a_measured_item_of_record_stands_though_its_question_is_hidden(customer: Make) -> None:
    anna = customer(STEPS.replace("answer-from:", "show-if: {scope: one}\n    answer-from:"))
    anna.says("site", "shop.example")
    anna.says("scope", "all")
    assert "error" not in lines(anna)
    anna.measured("web", "http.bad_gateway")
    assert lines(anna)["error"].source is Source.MEASURED


HEADED = """
ticket:
  subject: {en: "{site}: {web.cause}, {scope}", ru: "{site}: {web.cause}, {scope}"}
  priority:
    - {when: {scope: all}, is: urgent}
    - {when: {web.verdict: fault}, is: high}
    - {otherwise: low}
  queue: [{when: {web.layer: [dns, tls]}, is: domains}, {otherwise: hosting}]
"""


def test_subject_priority_and_queue_by_the_tables(
    customer: Make, checklist: Callable[..., Checklist]
) -> None:
    anna = customer(checklist(STEPS, ticket=HEADED))
    assert subject(anna.journey.checklist, anna.journey.draft, "en") == "Small"
    assert priority(anna.journey.checklist, anna.journey.draft) == "low"
    anna.says("site", "shop.example")
    assert subject(anna.journey.checklist, anna.journey.draft, "en") == "shop.example"
    anna.says("scope", "all")
    assert subject(anna.journey.checklist, anna.journey.draft, "ru") == "shop.example: Все"
    assert priority(anna.journey.checklist, anna.journey.draft) == "urgent"
    assert queue(anna.journey.checklist, anna.journey.draft) == "hosting"
    anna.measured("web", "tls.expired")
    assert queue(anna.journey.checklist, anna.journey.draft) == "domains"
    told = subject(anna.journey.checklist, anna.journey.draft, "ru")
    assert told.startswith("shop.example: ")
    assert "tls." not in told


def test_a_subject_is_one_short_line_whatever_the_customer_writes(
    checklist: Callable[..., Checklist], customer: Make
) -> None:
    what = "  - {ask: what, kind: long-text, text: What}\n"
    ticket = TICKET.replace("{site}", "{site}: {what}")
    anna = customer(checklist(what, ticket=ticket))
    anna.says("what", "502\nBcc: x@y.example\n" + "длинно " * 2_000)
    told = subject(anna.journey.checklist, anna.journey.draft, "ru")
    assert "\n" not in told
    assert len(told) <= 150
