"""Two tabs of one draft with different answers: none is lost unseen."""

from __future__ import annotations

import pytest

from intake.checks import CheckService
from intake.wizard.case import find_case
from tests.ui.app import PageTest
from tests.wizard.test_returned_letter import fail

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture
def tabs(monkeypatch: pytest.MonkeyPatch) -> tuple[PageTest, PageTest]:
    """Two tabs at the page that asks how many sites fail, and since when."""
    monkeypatch.setattr(CheckService, "ensure", fail)
    first = PageTest().click("begin-site-down")
    first.app.text_input(key="answer-site").set_value("shop.example")
    first.click("next-site")
    return first, PageTest(**first.address)


def answer_since(page: PageTest, text: str) -> PageTest:
    page.app.text_input(key="exact-since").set_value(text)
    return page.click("next-scope")


def since_of(page: PageTest) -> object:
    case = find_case(page.address["case"])
    assert case is not None
    return case.stored.draft.answers["since"].value


def test_the_second_is_told_what_the_first_said(tabs: tuple[PageTest, PageTest]) -> None:
    """What would be replaced is shown, and stays until the customer says so."""
    first, second = tabs
    answer_since(first, "yesterday 14:20")
    kept = since_of(first)
    answer_since(second, "today 09:00")
    assert "This was answered in another window meanwhile" in second.text
    assert "14:20" in second.text
    assert since_of(second) == kept
    answer_since(second, "today 09:00")
    assert since_of(second) != kept


def test_the_same_answer_twice_is_no_conflict(tabs: tuple[PageTest, PageTest]) -> None:
    """Both tabs say the same: the second goes on like the first."""
    first, second = tabs
    answer_since(first, "yesterday 14:20")
    answer_since(second, "yesterday 14:20")
    assert "Another window" not in second.text


def test_the_same_secret_twice_is_no_conflict(tabs: tuple[PageTest, PageTest]) -> None:
    """Both are stored masked: what was typed must not be compared with what is stored."""
    for page in tabs:
        answer_since(page, "14:20, пароль: Xk29dkf!")
    assert "Another window" not in tabs[1].text


def test_different_questions_are_both_kept(tabs: tuple[PageTest, PageTest]) -> None:
    """Each tab's answer to a question that the other left alone stays."""
    first, second = tabs
    second.app.text_input(key="exact-since").set_value("yesterday 14:20")
    answer_since(first, "")
    answer_since(second, "yesterday 14:20")
    assert "Another window" not in second.text
