"""The same problem once more: the link's holder is asked, and a stranger learns nothing."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from intake.tickets import Ticket
from tests.staff import enter_pages_by_link
from tests.ui.app import PageTest
from tests.ui.conftest import Browser
from tests.wizard.customer import SITE, begin_with_site, never_measure

pytestmark = pytest.mark.usefixtures("services")


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    never_measure(monkeypatch)


def send(page: PageTest) -> PageTest:
    page.click("person")
    page.app.text_input(key="person-contact").set_value("anna@mail.example")
    page.click("person-send")
    assert page.title.startswith("Sent: ")
    return page


def is_asked(page: PageTest) -> bool:
    return "again-add" in page.keys


def once_more(page: PageTest) -> PageTest:
    """In the same tab: another draft about the same site."""
    page.click("new").click("begin-site-down")
    page.app.text_input(key="answer-site").set_value(f"www.{SITE}")
    return page.click("next-site")


def ticket_of(services: Services, page: PageTest) -> Ticket:
    ticket = services.tickets.find_by_token(page.address["case"])
    assert ticket is not None
    return ticket


def test_the_same_site_is_added_to_the_open_ticket(services: Services) -> None:
    page = send(begin_with_site())
    first = ticket_of(services, page)
    once_more(page)
    assert page.title.startswith(f"You wrote about {SITE} at ")
    assert first.reference in page.text
    page.click("again-add")
    assert page.title == f"Sent: {first.reference}"
    joined = ticket_of(services, page)
    assert joined.reference == first.reference
    assert [entry.kind for entry in joined.conversation] == ["again"]
    assert SITE in joined.conversation[0].text


def test_something_else_goes_on_and_is_not_asked_again(services: Services) -> None:
    page = send(begin_with_site())
    first = ticket_of(services, page)
    once_more(page).click("again-other")
    assert not is_asked(page)
    send(page)
    second = ticket_of(services, page)
    assert second.reference != first.reference
    assert first.reference in [other.reference for other in second.related]


def test_a_solved_ticket_is_not_spoken_of() -> None:
    page = send(begin_with_site()).click("works-again")
    assert not is_asked(once_more(page))


def test_a_stranger_with_the_same_address_learns_nothing(services: Services) -> None:
    first = ticket_of(services, send(begin_with_site()))
    stranger = begin_with_site()  # another tab of another browser
    assert not is_asked(stranger)
    send(stranger)
    assert first.reference not in stranger.text
    assert ticket_of(services, stranger).related  # staff know


def test_a_browser_that_opened_the_mails_link_is_asked(
    services: Services, browser_context: Browser
) -> None:
    first = ticket_of(services, send(begin_with_site()))
    browser_context.cookies["intake_sent"] = f"{first.reference}~forged.nobody"
    assert not is_asked(begin_with_site())
    browser_context.cookies["intake_sent"] = services.links.token(first.reference)
    assert is_asked(begin_with_site())


def test_staff_make_one_ticket_of_two_and_both_links_lead_there(services: Services) -> None:
    first, second = send(begin_with_site()), send(begin_with_site())
    later = ticket_of(services, second)
    # Other tests of this module write about the same site: the newest one is joined.
    earlier = later.related[0].reference
    assert earlier == ticket_of(services, first).reference
    enter_pages_by_link("Olga Petrova")
    inbox = PageTest("inbox", ticket=later.reference)
    assert "isn't confirmed" in inbox.text
    inbox.click(f"join-{earlier}")
    assert inbox.address["ticket"] == earlier
    assert PageTest(case=second.address["case"]).title == f"Sent: {earlier}"
    ended = services.tickets.get(later.reference)
    assert ended is not None
    assert ended.state == "solved"
