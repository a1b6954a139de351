"""The list of checklists and an open file with its preview, without a browser."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_datetime

from intake.bootstrap import Services
from tests.staff import enter_pages_by_link
from tests.ui.app import PageTest

pytestmark = pytest.mark.usefixtures("services", "signed_in")


@pytest.fixture
def signed_in(services: Services) -> None:
    del services  # whose sessions the pages ask
    enter_pages_by_link()


def test_the_list_names_every_checklist_and_opens_one() -> None:
    page = PageTest("studio")
    assert {"file-site-down", "file-something-else", "file-sections-contact"} <= page.keys
    page.click("file-something-else")
    assert page.address["file"] == "something-else"
    assert "publish" in page.keys


def test_a_file_that_is_not_there_says_so() -> None:
    assert "There is no checklist none" in PageTest("studio", file="none").text


def test_the_history_tells_times_as_the_reader_does(services: Services) -> None:
    publisher = services.publisher
    shipped = publisher.folder.read("something-else")
    assert shipped is not None
    for text in (f"{shipped.text}# more\n", shipped.text):
        opened = publisher.open("something-else")
        assert opened is not None
        publisher.publish("something-else", text, "", base=opened.base)
    first = publisher.history.versions("something-else")[-2]  # behind it stands what was shipped
    page = PageTest("studio", file="something-else", part="history")
    page.click(f"roll-back-{first.id}")
    local = first.at.astimezone(ZoneInfo("Europe/Moscow"))
    said = format_datetime(local, "d MMM y, HH:mm", locale="en")
    assert f"rolled back to the version from {said}" in page.text
    assert "Times of Europe/Moscow." in page.text
    page.app.query_params["lang"] = "ru"
    page.app.run()
    assert f"откат к версии от {format_datetime(local, 'd MMM y, HH:mm', locale='ru')}" in page.text


@pytest.mark.long
def test_a_mistake_in_another_file_leads_there_with_both_together(services: Services) -> None:
    publisher = services.publisher
    section = publisher.open("sections/contact")
    assert section is not None
    publisher.keep(section, section.text.replace("ask: email", "ask: mailbox"))
    page = PageTest("studio", file="sections/contact")
    assert page.button("publish").disabled
    page.click("goto-file-0")
    assert page.address["with"] == "sections/contact"
    assert page.address["file"] != "sections/contact"
    assert "companion-sections-contact" in page.keys
    publisher.give_up("sections/contact")


def test_the_departments_file_is_opened_beside_the_checklists() -> None:
    page = PageTest("studio").click("file-desk")
    assert page.address["file"] == "desk"
    assert page.title == "desk.yaml"
    assert "No mistakes found." in page.text


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
