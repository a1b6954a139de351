"""The customer's screens from the start to the number of the ticket, without a browser."""

from __future__ import annotations

from intake.bootstrap import Services
from tests.ui.app import PageTest


def begun() -> PageTest:
    return PageTest().click("begin-something-else")


def test_the_start_offers_the_checklists_and_a_person(services: Services) -> None:
    page = PageTest()
    assert page.title == "What's wrong?"
    assert {"begin-site-down", "begin-something-else", "person"} <= page.keys
    assert "continue-draft" not in page.keys


def test_an_answer_is_stored_and_the_next_question_is_in_the_address(services: Services) -> None:
    page = begun()
    assert page.address["step"] == "what"
    page.app.text_area(key="answer-what").set_value("mail comes back with 550 since 14:20")
    page.click("next-what")
    assert page.address["step"] == "target"
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.answers["what"].value == "mail comes back with 550 since 14:20"


def test_a_click_after_a_restart_counts_once(services: Services) -> None:
    """docs/decisions/0004: the session that gets the click has never drawn the button."""
    page = begun()
    page.app.text_area(key="answer-what").set_value("mail comes back with 550 since 14:20")
    after = page.click_after_restart("next-what")
    assert after.address["step"] == "target"
    assert len(services.drafts.find(after.address["case"]).draft.answers) == 1  # type: ignore[union-attr]
