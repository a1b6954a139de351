"""The last screen lives on: what was said of the ticket, and what the customer adds."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from intake.tickets import Ticket
from intake.tickets.conversation import NewEntry
from intake.tickets.staff_entries import set_state, take_over
from intake.wizard import ticket_conversation
from intake.wizard.ticket_news import news_mark
from tests.staff import enter_pages_by_link
from tests.ui.app import PageTest


@pytest.fixture
def sent(services: Services) -> PageTest:
    del services
    page = PageTest().click("person")
    page.app.text_input(key="person-contact").set_value("anna@mail.example")
    return page.click("person-send")


def ticket_of(services: Services, page: PageTest) -> Ticket:
    ticket = services.tickets.find_by_token(page.address["case"])
    assert ticket is not None
    return ticket


def add(page: PageTest, text: str, number: int = 0) -> PageTest:
    page.app.text_area(key=f"talk-words-{number}").set_value(text)
    return page.click("talk-add")


def test_a_line_is_added_read_back_and_the_field_is_empty(
    services: Services, sent: PageTest
) -> None:
    assert "State: open" in sent.text
    add(sent, "It fails on phones too")
    assert "It fails on phones too" in sent.text
    assert sent.app.text_area(key="talk-words-1").value == ""
    assert [entry.text for entry in ticket_of(services, sent).conversation] == [
        "It fails on phones too"
    ]
    again = PageTest(case=sent.address["case"])  # another device
    assert "It fails on phones too" in again.text


def test_it_works_again_solves_it_asks_how_it_was_and_a_line_reopens_it(
    services: Services, sent: PageTest
) -> None:
    sent.click("works-again")
    assert "State: solved" in sent.text
    assert "works-again" not in sent.keys
    sent.click("rate-fair")
    assert not any(key.startswith("rate-") for key in sent.keys)
    assert "Thank you, noted." in sent.text
    add(sent, "down again")
    assert "State: open" in sent.text
    kinds = [entry.kind for entry in ticket_of(services, sent).conversation]
    assert kinds == ["works-again", "rating", "line"]


def test_a_click_after_a_restart_adds_once(services: Services, sent: PageTest) -> None:
    restarted = sent.click_after_restart("works-again")
    assert "State: solved" in restarted.text
    assert len(ticket_of(services, sent).conversation) == 1


def test_nothing_said_is_asked_for_and_a_secret_is_masked(
    services: Services, sent: PageTest
) -> None:
    add(sent, "  ")
    assert "Write a line or choose a file first." in sent.text
    add(sent, "password: Xk29dk!sLq")
    assert "looks like a password" in sent.text
    assert "Xk29dk" not in ticket_of(services, sent).model_dump_json()


def test_a_file_is_added_and_a_broken_one_is_told(
    services: Services, sent: PageTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = [_Upload("log.txt", b"502")]
    monkeypatch.setattr(ticket_conversation, "_typed", lambda: ("", uploads))
    sent.app.run()  # drawn anew, with the fields' new reader
    sent.click("talk-add")
    assert "log.txt" in sent.text
    uploads[0] = _Upload("shot.png", b"\x89PNG\r\n\x1a\n")
    sent.click("talk-add")
    assert "shot.png can't be opened as a picture" in sent.text
    (entry,) = ticket_of(services, sent).conversation
    assert [file.name for file in entry.files] == ["log.txt"]


class _Upload:
    """As much of Streamlit's uploaded file as is read."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self._content = name, content

    def getvalue(self) -> bytes:
        return self._content


def test_support_solving_a_ticket_does_not_say_that_it_works(
    services: Services, sent: PageTest
) -> None:
    """Only the customer knows that it works again."""
    services.conversations.add(ticket_of(services, sent).reference, set_state("solved", "Olga Kim"))
    page = PageTest(case=sent.address["case"])
    assert "This is marked as solved." in page.text
    assert "Glad it works again." not in page.text


def test_staff_see_the_conversation_in_the_inbox(services: Services, sent: PageTest) -> None:
    add(sent, "<b>one more thing</b>")
    reference = ticket_of(services, sent).reference
    reply = NewEntry(author="staff", author_name="Olga Kim", kind="reply", text="We see it.")
    services.conversations.add(reference, reply)
    sent.click("works-again")
    enter_pages_by_link()
    inbox = PageTest("inbox", ticket=reference)
    for text in ("<b>one more thing</b>", "Olga Kim, support", "It works again.", "solved"):
        assert text in inbox.text
    customers = PageTest(case=sent.address["case"])
    assert "Olga Kim, support" in customers.text


def test_the_screens_mark_changes_when_somebody_takes_the_ticket(
    services: Services, sent: PageTest
) -> None:
    ticket = ticket_of(services, sent)
    before = news_mark(ticket)
    services.conversations.add(
        ticket.reference, NewEntry(author="staff", kind="note", text="hm", is_internal=True)
    )
    assert news_mark(ticket_of(services, sent)) == before  # nothing that a customer reads
    services.conversations.add(ticket.reference, take_over("Anna Petrova", "Anna Petrova"))
    assert news_mark(ticket_of(services, sent)) != before
    sent.click("news")
    assert "Anna Petrova" in sent.text
