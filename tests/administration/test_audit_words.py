"""The audit on the page: every action in words, in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import intake
from diagnostics.texts import LANGUAGES
from intake.administration.audit_words import audit_words, login_words
from intake.bootstrap import Services
from intake.ui.staff_actions import STAFF_ACTIONS
from tests.staff import enter_pages_by_link
from tests.ui.app import PageTest

ROOT = Path(intake.__file__).parent
_WRITTEN = re.compile(r'(?:audit\.add|_record)\(\s*(?:services, )?"([a-z]+[.-][a-z-]+)"')


def actions() -> set[str]:
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    recorded = {name for name, action in STAFF_ACTIONS.items() if action.is_recorded}
    return recorded | set(_WRITTEN.findall(code))


def test_every_action_has_words() -> None:
    assert len(actions()) > 20
    for action in actions():
        for language in LANGUAGES:
            said = audit_words(action, "", language)
            assert said != action
            assert "." not in said


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        ("ticket.change", "solved", "changed a ticket: solved"),
        (
            "data.erase",
            "tickets=1, drafts=0",
            "erased a person's data: tickets: 1, unsent drafts: 0",
        ),
        (
            "data.erase",
            "1 tickets, 0 unsent drafts",
            "erased a person's data: tickets: 1, unsent drafts: 0",
        ),
        ("user.role", "agent, author", "changed a user's roles: agent, author"),
        ("ticket.join", "H4X-7PM-2KP", "joined two tickets: H4X-7PM-2KP"),
        ("something.new", "x", "something.new: x"),
    ],
)
def test_details_have_words_where_they_are_ours(action: str, detail: str, words: str) -> None:
    assert audit_words(action, detail, "en") == words


def test_the_page_says_it_by_the_readers_clock(services: Services) -> None:
    services.audit.add("checklist.publish", "site-down.yaml", login="olga", name="Olga Petrova")
    enter_pages_by_link("Olga Petrova")
    (row,) = services.audit.rows(about="site-down.yaml")
    text = PageTest("admin", about="site-down.yaml", lang="ru").text
    assert "чек-лист опубликован · site-down.yaml" in text
    assert "checklist.publish" not in text
    hour = (row.at.hour + 3) % 24  # Moscow
    assert f"{hour:02}:{row.at:%M}" in text


def test_who_it_was_has_words() -> None:
    assert login_words("command line", "ru") == "командная строка"
    assert login_words("link", "ru") == "по ссылке"
    assert login_words("olga", "ru") == "olga"
