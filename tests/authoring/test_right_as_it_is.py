"""What looks like a slip and is right: the linter says nothing of it."""

from __future__ import annotations

import pytest

from intake.authoring.loader import examine_text
from intake.journey.checklist_paths import shipped_folder
from intake.journey.steps import Ask

_TEXT = "{en: Enter the site, ru: Укажите сайт}"
FILE = f"""checklist: right
title: {{en: Right, ru: Верно}}
steps:
  - ask: site
    kind: target
    text: {_TEXT}
  - {{check: web, diagnose: site, of: site}}
  - use: sections/contact
ticket:
  subject: "{{site}}"
  priority: [{{otherwise: normal}}]
  queue: [{{otherwise: hosting}}]
"""


@pytest.mark.parametrize(
    "text",
    [
        '{\n      en: "Enter the site",\n      ru: "Укажите сайт",\n    }',
        '\n      en: "Press “OK”\n        and enter it"\n      ru: "Жмите «ОК»\n        и укажите"',
        '\n      en: "Enter it with\n        //host"\n      ru: "Укажите сайт"',
        '\n      en: "Enter it where\n        name = value is"\n      ru: "Укажите сайт"',
        '\n      en: "Enter it as in\n        1. \'quotes\'"\n      ru: "Укажите сайт"',
        '\n      en: >\n        name = value\n        // and\n        1. "one"\n      ru: Укажите',
        "\n      en: |\n        <<<<<<< HEAD\n        =======\n      ru: Укажите",
    ],
)
def test_a_text_of_several_lines_may_look_like_anything(text: str) -> None:
    examined = examine_text(FILE.replace(_TEXT, text), folder=shipped_folder())
    assert not examined.problems


def test_a_measured_text_may_be_any_word() -> None:
    """`none` and `any` are no words of ours where a value is whatever was measured."""
    condition = "    show-if: {web.certificate-issuer: [none, any]}\n"
    step = "  - tell: advice\n    text: {en: Look there, ru: Посмотрите там}\n" + condition
    text = FILE.replace("  - use: sections", f"{step}  - use: sections")
    assert not examine_text(text, folder=shipped_folder()).problems


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("{en: The router is at fault. Restart it, ru: Виноват роутер. Перезагрузите его}", True),
        ("{en: You can restart the router, ru: Роутер можно перезагрузить}", True),
        ("{en: A new start of it helps, ru: Достаточно перезагрузить роутер}", True),
        ("{en: The router is at fault, ru: Виноват роутер}", False),
    ],
)
def test_advice_may_say_its_move_in_many_ways(text: str, *, is_right: bool) -> None:
    step = f"  - tell: router\n    text: {text}\n    solved: offer\n"
    examined = examine_text(
        FILE.replace("  - use: sections", f"{step}  - use: sections"), folder=shipped_folder()
    )
    told = [problem.code for problem in examined.problems]
    assert ("solved-without-moves" not in told) == is_right


@pytest.mark.parametrize(
    "condition",
    [
        f'"a{" " * 100_000}b"',
        f'{{site: "a{" " * 100_000}b"}}',
        f'{{web.status: "{"1 111" * 20_000}x"}}',
        f'"{"a is b or " * 10_000}"',
    ],
    ids=["blanks", "blanks in a value", "groups of digits", "sentences"],
)
def test_what_a_long_condition_means_is_not_guessed(condition: str) -> None:
    """A guess that took the square of the length would hang the editor of whoever pastes it."""
    step = f"  - tell: advice\n    text: {{en: Look, ru: Посмотрите}}\n    show-if: {condition}\n"
    text = FILE.replace("  - use: sections", f"{step}  - use: sections")
    assert len(examine_text(text, folder=shipped_folder()).problems) == 1


@pytest.mark.parametrize(
    ("limit", "minutes"), [("90", 90), ("2 hours", 120), ("1.5 h", 90), ("3 дня", 4320)]
)
def test_a_limit_of_a_duration_may_have_its_unit(limit: str, minutes: float) -> None:
    say = "say: {en: Enter less, ru: Укажите меньше}"
    step = (
        "  - ask: lasts\n    kind: duration\n    text: {en: Enter how long, ru: Укажите срок}\n"
        f"    accept: {{to: {limit}, {say}}}\n"
    )
    examined = examine_text(
        FILE.replace("  - use: sections", f"{step}  - use: sections"), folder=shipped_folder()
    )
    assert not examined.problems
    assert examined.checklist is not None
    asked = examined.checklist.by_id["lasts"]
    assert isinstance(asked, Ask)
    assert asked.accept is not None
    assert asked.accept.to == minutes


@pytest.mark.parametrize(
    "text",
    [
        '{en: "When you open it, does it ask twice?", ru: "Когда открываете, спрашивает ли он?"}',
        '{en: "Did you change anything?", ru: "Что-нибудь меняли?"}',
        '{en: "Is it HTTPS, and does CNAME lead there?", ru: "Это HTTPS, а CNAME ведёт туда?"}',
        '{en: "Did it last a day?", ru: "Это длилось сутки (24 часа)?"}',
        '{en: "Was it had had enough?", ru: "Это чуть-чуть, так так?"}',
    ],
)
def test_a_question_in_words_that_only_resemble_a_slip(text: str) -> None:
    step = f"  - ask: twice\n    kind: yes-no\n    text: {text}\n"
    file = FILE.replace("  - use: sections", f"{step}  - use: sections")
    assert not examine_text(file, folder=shipped_folder()).problems
