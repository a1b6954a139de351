"""The list of checklists and an open file with its preview, without a browser."""

from __future__ import annotations

import pytest

from intake.ui import visitor
from tests.ui.app import PageTest

pytestmark = pytest.mark.usefixtures("services", "signed_in")


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "is_staff", lambda: True)


def test_the_list_names_every_checklist_and_opens_one() -> None:
    page = PageTest("studio")
    assert {"file-site-down", "file-something-else", "file-sections-contact"} <= page.keys
    page.click("file-something-else")
    assert page.address["file"] == "something-else"
    assert "publish" in page.keys


def test_a_file_that_is_not_there_says_so() -> None:
    assert "There is no checklist none" in PageTest("studio", file="none").text


def test_the_preview_plays_the_customers_screens() -> None:
    """The same player as the wizard's: question, hint, Back, and what was answered."""
    page = PageTest("studio", file="something-else", part="preview")
    page.app.text_area(key="answer-what").set_value("не работает")
    page.click("preview-next-what")
    assert page.app.warning
    page.app.text_area(key="answer-what").set_value("mail comes back with 550 since 14:20")
    page.click("preview-next-what")
    assert "preview-next-target" in page.keys
    page.click("preview-back")
    assert page.app.text_area(key="answer-what").value == "mail comes back with 550 since 14:20"
    page.click("preview-next-what").click("preview-restart")
    assert page.app.text_area(key="answer-what").value == ""


def test_the_preview_ends_with_what_would_go_to_support() -> None:
    page = PageTest("studio", file="something-else", part="preview")
    page.app.text_area(key="answer-what").set_value("mail comes back with 550 since 14:20")
    page.click("preview-next-what")
    page.app.text_input(key="exact-since").set_value("14:20")
    page.click("preview-next-target")
    assert "This goes to support" in page.text
    page.app.text_input(key="answer-email").set_value("anna@mail.example")
    page.click("preview-send")
    assert not page.app.warning
    assert "Queue: " in page.text
