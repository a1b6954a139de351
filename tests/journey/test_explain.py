"""The logic in words: what a condition says to a customer and to an author, in both languages."""

from __future__ import annotations

import pytest

from diagnostics import CODES, code_name
from intake.authoring.loader import load_folder
from intake.journey.explain import condition_in_words, visibility_in_words
from tests.sketches import load_sketch

CHECKLIST = load_sketch(
    """checklist: small
title: Small
steps:
  - {ask: site, kind: target, text: Site}
  - {check: web, diagnose: site, of: site}
  - ask: scope
    kind: choice
    text: {en: "Choose which fail", ru: "Отметьте, какие"}
    short: {en: "How many", ru: "Сколько"}
    choices:
      one: {en: "Only this one", ru: "Только этот"}
      all: {en: "All sites", ru: "Все сайты"}
  - {ask: paid, kind: yes-no, text: {en: Paid, ru: Оплачено}}
  - {ask: seen, kind: choices, text: Seen, choices: {phone: {en: Phone, ru: Телефон}, tv: TV}}
  - {ask: lasted, kind: duration, text: {en: Lasted, ru: Длилось}}
  - {ask: visits, kind: number, text: {en: Visits, ru: Визиты}}
  - {tell: pay, text: {en: Pay, ru: Оплатите}, solved: offer}
  - ask: more
    kind: text
    text: {en: More, ru: Ещё}
    show-if: {scope: all, web.finding: unknown}
ticket: {subject: "{site}", priority: [{otherwise: normal}], queue: [{otherwise: hosting}]}
"""
)


@pytest.mark.parametrize(
    ("condition", "en", "ru"),
    [
        ({"scope": "all"}, "you chose “All sites”", "вы выбрали «Все сайты»"),
        ({"not": {"scope": "all"}}, "you didn't choose “All sites”", "вы не выбрали «Все сайты»"),
        ({"paid": "no"}, "“Paid” is “No”", "«Оплачено»: «Нет»"),
        ({"seen": "phone"}, "you marked “Phone”", "вы отметили «Телефон»"),
        ({"lasted": "> 60"}, "“Lasted” is more than 1 h", "«Длилось»: больше 1 ч"),
        ({"visits": "4-9"}, "“Visits” is 4 to 9", "«Визиты»: от 4 до 9"),
        ({"pay": "go-on"}, "the advice “Pay” didn't help", "совет «Оплатите» не помог"),
        ({"scope": "unknown"}, "“How many” has no answer", "на «Сколько» нет ответа"),
        (
            {"web.cause": ["tls.expired", "http.bad_gateway"]},
            "our check found an expired certificate or error 502",
            "наша проверка нашла истёкший сертификат или ошибку 502",
        ),
        (
            {"web.cause": ["tls.*", "http.bad_gateway"]},
            "our check found a cause in the certificate or encryption or error 502",
            "наша проверка нашла причину в сертификате или шифровании или ошибку 502",
        ),
        (
            {"visits": {"more-than": "web.status", "times": 0.9, "minus": 5}},
            "“Visits” is more than 90 % of the page's status code minus 5",
            "«Визиты» больше, чем код ответа страницы × 90 % минус 5",
        ),
        (
            {"lasted": {"less-than": "lasted", "plus": 90}},
            "“Lasted” is less than “Lasted” plus 90 min",
            "«Длилось» меньше, чем «Длилось» плюс 90 мин",
        ),
        (
            {"web.verdict": "unknown"},
            "our check has no result",
            "у нашей проверки нет результата",
        ),
        (
            {"web.status": "500-599"},
            "our check measured the page's status code: 500 to 599",
            "по нашей проверке код ответа страницы: от 500 до 599",
        ),
        (
            {"environment.browser": "unknown"},
            "your browser didn't tell us its name",
            "ваш браузер не сообщил своё название",
        ),
        (
            {"scope": "one", "any": [{"paid": "no"}, {"visits": 0}]},
            "you chose “Only this one” and (“Paid” is “No” or “Visits” is 0)",
            "вы выбрали «Только этот» и («Оплачено»: «Нет» или «Визиты»: 0)",
        ),
        (
            {"not": {"all": [{"scope": "one"}, {"paid": "no"}]}},
            "you didn't choose “Only this one” or “Paid” is not “No”",
            "вы не выбрали «Только этот» или «Оплачено»: не «Нет»",
        ),
    ],
)
def test_a_condition_reads_as_a_part_of_a_sentence(condition: object, en: str, ru: str) -> None:
    assert condition_in_words(CHECKLIST, condition, "en") == en  # type: ignore[arg-type]
    assert condition_in_words(CHECKLIST, condition, "ru") == ru  # type: ignore[arg-type]


def test_a_step_says_when_it_is_asked() -> None:
    more, scope = CHECKLIST.by_id["more"], CHECKLIST.by_id["scope"]
    assert visibility_in_words(CHECKLIST, more, "en") == (
        "Asked only if you chose “All sites” and our check has no result."
    )
    assert visibility_in_words(CHECKLIST, scope, "ru") is None


def test_every_condition_of_the_shipped_ones_reads_in_both_languages() -> None:
    for checklist in load_folder().values():
        for step in checklist.steps:
            for language in ("en", "ru"):
                said = visibility_in_words(checklist, step, language) or "."
                assert "{" not in said
                assert said.endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_name_in_both_languages(code: str) -> None:
    names = {code_name(code, "en"), code_name(code, "ru")}
    assert len(names) == 2
    assert code not in names
