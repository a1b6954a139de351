"""The customer's screens from the start to the number of the ticket, without a browser."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from tests.ui.app import PageTest
from tests.ui.conftest import Browser

pytestmark = pytest.mark.usefixtures("services")


def begun() -> PageTest:
    return PageTest().click("begin-something-else")


def test_the_start_offers_the_checklists_and_a_person() -> None:
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
    assert len(services.drafts.find(after.address["case"]).draft.answers) == 1


def test_the_whole_way_to_the_number(services: Services) -> None:
    page = begun()
    page.app.text_area(key="answer-what").set_value("mail comes back with 550 since 14:20")
    page.click("next-what")
    page.app.text_input(key="exact-since").set_value("14:20")
    page.click("next-target")  # the target is on the same page, and may be passed over
    assert page.title == "This goes to support"
    assert "mail comes back with 550" in page.text
    page.click("send")
    assert len(page.app.warning) == 1  # where to answer is asked on this very screen
    page.app.text_input(key="answer-email").set_value("anna@mail.example")
    page.click("send")
    assert page.title.startswith("Sent: ")
    reference = page.title.removeprefix("Sent: ")
    assert services.tickets.get(reference) is not None


def test_every_step_on_screen_is_in_the_address_and_shows_what_was_answered() -> None:
    page = begun()
    page.app.text_area(key="answer-what").set_value("mail comes back with 550 since 14:20")
    page.click("next-what")
    earlier = PageTest(case=page.address["case"], step="what")
    assert earlier.app.text_area(key="answer-what").value.startswith("mail comes back")
    later = PageTest(case=page.address["case"], step="target")
    assert "next-target" in later.keys


def test_the_start_offers_to_continue_what_this_browser_began(browser_context: Browser) -> None:
    token = begun().address["case"]
    browser_context.cookies["intake_draft"] = token
    page = PageTest()
    assert "You started here" in page.text
    again = PageTest().click("continue-draft")
    assert again.address == {"case": token, "step": "what", "lang": "en"}
    page.click("start-over")
    assert "continue-draft" not in page.keys


def test_back_after_starting_over_does_not_open_the_draft() -> None:
    """Somebody else may sit at the computer by then: the history's entry shows the start."""
    page = begun()
    before = page.address
    page.app.query_params.clear()
    page.app.run()
    page.click("start-over")
    for name, value in before.items():
        page.app.query_params[name] = value
    page.app.run()
    assert page.title == "What's wrong?"
    assert "next-what" not in page.keys
    assert "continue-draft" not in page.keys


@pytest.mark.parametrize("cookie", ["", "nonsense", "x" * 4_000])
def test_a_cookie_that_names_no_draft_offers_nothing(browser_context: Browser, cookie: str) -> None:
    browser_context.cookies["intake_draft"] = cookie
    assert "continue-draft" not in PageTest().keys


@pytest.mark.parametrize("timezone", ["Europe", "../Moscow", "Nowhere/Land", ""])
def test_a_time_zone_that_is_none_is_the_operators(browser_context: Browser, timezone: str) -> None:
    """ "Europe" is a folder of the time zone database: opening it is an OSError."""
    browser_context.timezone = timezone
    assert begun().address["step"] == "what"
    assert "next-what" in begun().keys


def test_a_link_whose_draft_is_gone_says_so() -> None:
    page = PageTest(case="gone")
    assert page.title == "This link has expired"
    assert page.click("again").title == "What's wrong?"


def test_nothing_is_left_as_it_is_where_nothing_was_written() -> None:
    """The button below an empty field says what it does."""
    page = PageTest().click("begin-site-down").click("next-site")
    assert page.button("keep_as_is-site").label == "Go on without an answer"
    page.app.text_input(key="answer-site").set_value("my site")
    page.click("next-site")
    assert page.button("keep_as_is-site").label == "Leave it as it is"
