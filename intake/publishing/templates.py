"""The texts of new files: small, valid, with passing tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from diagnostics.texts import CompleteLanguage
from intake.publishing.folder import is_section

_CHECKLIST = Path(__file__).with_name("new_checklist.yaml")
_SECTION = Path(__file__).with_name("new_section.yaml")
_CONTACT = "  - use: sections/contact"
_EMAIL = """\
  - ask: email
    kind: e-mail
    role: contact
    text: {en: "Enter the e-mail for our answer", ru: "Укажите почту, на которую ответить"}
    short: {en: "E-mail", ru: "Почта"}
    dont-know: false"""


_DESK = """\
# What the department calls its queues. A checklist in this folder can name no other.
"""
_HEADS: Final = {
    "en": {
        "command": """\
# A new checklist. Change the words, add your own questions, then:
#   intake checklists lint NAME.yaml      tells what is wrong, with the line
#   intake checklists test NAME.yaml      runs the tests at the end of this file
# docs/checklists.md explains every key.
""",
        "studio": """\
# A new checklist. Change the words, add your own questions: what is wrong stands at its line,
# "Preview" shows what a customer sees, and the tests at the end run by themselves.
""",
    },
    "ru": {
        "command": """\
# Новый чек-лист. Поменяйте тексты, добавьте свои вопросы, затем:
#   intake checklists lint NAME.yaml      назовёт ошибки, каждую со строкой
#   intake checklists test NAME.yaml      выполнит тесты из конца этого файла
# Все ключи описаны в docs/checklists.ru.md.
""",
        "studio": """\
# Новый чек-лист. Поменяйте тексты, добавьте свои вопросы: ошибки видны рядом, каждая со строкой,
# «Просмотр» покажет, что увидит клиент, а тесты из конца файла выполнятся сами.
""",
    },
}
_IN_RUSSIAN: Final = {
    "what customers pick it by: write it in both languages": (
        "это выбирает клиент; напишите на обоих языках"
    ),
    "take this line out when customers shall see it": (
        "уберите эту строку, когда чек-лист можно показать клиентам"
    ),
    "Measured in the background while the customer answers the questions below.": (
        "Измеряется в фоне, пока клиент отвечает на вопросы ниже."
    ),
    'Advice, shown only where it helps; "It works now" ends without a ticket.': (
        "Совет, только там, где он поможет; «Теперь работает» завершит без обращения."
    ),
    "Where our check found a fault, the answer is shown for a yes, and asked only otherwise.": (
        "Если проверка нашла сбой, ответ показывают для подтверждения, иначе спрашивают."
    ),
}


def text_of_new_desk(queues: Iterable[str]) -> str:
    """Return a new `desk.yaml`: the queues that the checklists name, to be given titles."""
    lines = [f'  {queue}: {{en: "{queue}", ru: "{queue}"}}' for queue in queues]
    return "\n".join([_DESK, "queues:", *lines, ""])


def text_of_new(
    name: str,
    *,
    has_contact: bool,
    language: CompleteLanguage = "en",
    place: Literal["command", "studio"] = "command",
) -> str:
    """
    Return a new file's text, with comments in the author's language.

    `has_contact`: the folder has a section that asks for the e-mail. `place` is where it is
    written: comments for the studio mention no commands.
    """
    if is_section(name):
        return _SECTION.read_text(encoding="utf-8").replace("NAME", name.rpartition("/")[2])
    title = name.replace("-", " ").replace("_", " ").strip().capitalize()
    text = _CHECKLIST.read_text(encoding="utf-8").replace("HEAD", _HEADS[language][place], 1)
    for english, russian in _IN_RUSSIAN.items() if language == "ru" else ():
        text = text.replace(f"# {english}", f"# {russian}")
    text = text.replace("NAME", name).replace("TITLE", title)
    return text.replace("CONTACT", _CONTACT if has_contact else _EMAIL)
