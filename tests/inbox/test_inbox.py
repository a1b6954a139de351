"""What staff see: who may, the list, one ticket, and a delivery that failed for good."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from intake import database as db
from intake.bootstrap import Services
from intake.journey.draft import CheckRun
from tests.staff import enter_pages_by_link
from tests.tickets import example
from tests.ui.app import PageTest


@pytest.fixture
def signed_in(services: Services) -> None:
    del services  # whose sessions the pages ask
    enter_pages_by_link()


def send_ticket() -> str:
    """A customer asks for a person; returns the ticket's reference."""
    page = PageTest().click("person")
    page.app.text_input(key="person-contact").set_value("anna@mail.example")
    page.click("person-send")
    assert page.title.startswith("Sent: ")
    return page.title.removeprefix("Sent: ")


def park(services: Services, reference: str) -> None:
    """As after three days of refusals by a desk."""
    with db.writing(services.engine) as connection:
        db_now = db.stamp(db.utc_now())
        connection.execute(
            db.outbox.insert().values(
                reference=reference,
                desk="email",
                about="",
                state="waiting",
                attempts=0,
                next_attempt_at=db_now,
                created_at=db_now,
            )
        )
        connection.execute(
            update(db.outbox)
            .where(db.outbox.c.reference == reference)
            .values(state="parked", attempts=14, last_error="550 no such mailbox")
        )


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("path", ["inbox", "studio"])
def test_a_page_for_staff_asks_a_stranger_to_sign_in(path: str) -> None:
    page = PageTest(path)
    assert "sign-in has ended" in page.text
    assert page.keys == {"language"}


@pytest.mark.usefixtures("signed_in", "services")
def test_the_list_opens_a_ticket_and_back() -> None:
    reference = send_ticket()
    page = PageTest("inbox").click(f"open-{reference}")
    assert page.address["ticket"] == reference
    assert "anna@mail.example" in page.text
    assert "retry-parked" not in page.keys
    page.click("to-list")
    assert "ticket" not in page.address


@pytest.mark.usefixtures("signed_in")
def test_a_parked_delivery_says_why_and_is_tried_again(services: Services) -> None:
    reference = send_ticket()
    park(services, reference)
    page = PageTest("inbox", ticket=reference)
    assert "550 no such mailbox" in page.text
    page.click("retry-parked")
    assert services.outbox.parked(reference) == []
    assert "retry-parked" not in page.keys
    assert "being delivered again" in page.text


@pytest.mark.usefixtures("signed_in", "services")
def test_a_check_that_had_not_ended_is_not_said_to_have_failed(services: Services) -> None:
    """Its result may still come, as a late one (docs/decisions/0023)."""
    token = PageTest().click("begin-something-else").address["case"]
    draft = services.drafts.find(token)
    assert draft is not None
    run = CheckRun(step="web", target="shop.example", state="running", started_at=db.utc_now())
    services.drafts.save_check(draft.id, run)
    page = PageTest(case=token, view="person")
    page.app.text_input(key="person-contact").set_value("anna@mail.example")
    reference = page.click("person-send").title.removeprefix("Sent: ")
    text = PageTest("inbox", ticket=reference).text
    assert "The check of shop.example had not finished" in text
    assert "can't measure" not in text


@pytest.mark.usefixtures("signed_in", "services")
def test_a_reference_that_is_no_ticket_says_so() -> None:
    assert "There is no ticket NONE" in PageTest("inbox", ticket="NONE").text


@pytest.mark.usefixtures("signed_in")
def test_a_ticket_says_what_was_tried_under_labels_of_answers(services: Services) -> None:
    _, draft_id = services.drafts.create(example.CHECKLIST, example.draft("en"))
    sent = services.tickets.send(
        draft_id, lambda reference, _: example.ticket(reference=reference), ()
    )
    text = PageTest("inbox", ticket=sent.reference).text
    assert "The web server works, the program behind it doesn't. · *did not help" in text
    assert "1. Restart PHP in the panel." in text
    assert "Which sites · *" in text
    assert "Priority: normal · Queue: hosting" in text
    assert "Choose which sites fail" not in text


@pytest.mark.usefixtures("signed_in")
def test_the_figures_page_counts_what_was_sent(services: Services) -> None:
    send_ticket()
    page = PageTest("figures")
    assert page.title == "Figures"
    assert "Complete at first contact" in page.text
    first_row = page.app.markdown[1].value.splitlines()[2]
    assert first_row.count("|") == 8
    # A checklist that nobody used has no row, nor has a week before the first customer.
    checklists, weeks = (
        [row.split("|", 2)[2] for row in each.value.splitlines()[2:]]
        for each in page.app.markdown
        if each.value.startswith("|") and "minutes" in each.value.splitlines()[0].lower()
    )
    assert all(any(map(str.isdigit, cells)) for cells in (*checklists, weeks[-1]))
    assert "anna" not in page.text
    del services


@pytest.mark.usefixtures("services")
def test_the_figures_page_is_for_staff() -> None:
    assert "sign-in has ended" in PageTest("figures").text
