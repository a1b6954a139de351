"""What staff do with a ticket: take it, reply, ask back, note, say its state; who they are."""

from __future__ import annotations

import threading

import pytest

from intake import database as db
from intake.bootstrap import Services
from intake.tickets import Ticket
from tests.staff import enter_pages_by_link
from tests.tickets import example
from tests.ui.app import PageTest

NAME = "Ольга Петрова"


@pytest.fixture
def signed_in(services: Services) -> None:
    del services  # whose sessions the pages ask
    enter_pages_by_link(NAME)


@pytest.fixture
def sent(services: Services) -> Ticket:
    _, draft_id = services.drafts.create(example.CHECKLIST, example.draft("en"))
    return services.tickets.send(
        draft_id,
        lambda reference, _: example.ticket(example.draft("en"), reference=reference),
        ("email",),
    )


def ticket_now(services: Services, sent: Ticket) -> Ticket:
    ticket = services.tickets.get(sent.reference)
    assert ticket is not None
    return ticket


def outbox_abouts(services: Services, reference: str) -> list[str]:
    with db.reading(services.engine) as connection:
        rows = connection.execute(
            db.outbox.select().where(db.outbox.c.reference == reference).order_by(db.outbox.c.id)
        )
        return [row.about.partition(".")[0] for row in rows]


@pytest.mark.usefixtures("signed_in")
def test_a_ticket_has_one_owner(services: Services, sent: Ticket) -> None:
    page = PageTest("inbox", ticket=sent.reference)
    assert "nobody has taken it" in page.text
    page.click("work-take")
    assert f"taken by {NAME}" in page.text
    (row,) = services.tickets.list(limit=1)
    assert row.owner == NAME
    page.click("work-let-go")
    assert "nobody has taken it" in page.text
    owners = [entry.details["owner"] for entry in ticket_now(services, sent).conversation]
    assert owners == [NAME, ""]
    assert outbox_abouts(services, sent.reference) == [""]


@pytest.mark.usefixtures("signed_in")
def test_a_reply_is_from_customer_once_and_goes_to_the_desk(
    services: Services, sent: Ticket
) -> None:
    page = PageTest("inbox", ticket=sent.reference)
    page.app.text_area(key=f"work-text-{sent.reference}").set_value("PHP restarted.")
    page.click("work-send")
    (entry,) = ticket_now(services, sent).conversation
    assert (entry.kind, entry.author_name, entry.text) == ("reply", NAME, "PHP restarted.")
    assert page.app.text_area(key=f"work-text-{sent.reference}").value == ""
    assert outbox_abouts(services, sent.reference) == ["", "entry"]
    page.click("work-send")
    assert "Write something first." in page.text
    assert len(ticket_now(services, sent).conversation) == 1


@pytest.mark.usefixtures("signed_in")
def test_what_is_chosen_at_the_click_is_sent(services: Services, sent: Ticket) -> None:
    """A note in a hurry is none of the customer's business, though the button still said Reply."""
    page = PageTest("inbox", ticket=sent.reference)
    page.app.segmented_control(key="work-kind").set_value("note")
    page.app.text_area(key=f"work-text-{sent.reference}").set_value("Third time this week.")
    page.click("work-send")
    (entry,) = ticket_now(services, sent).conversation
    assert entry.kind == "note"


@pytest.mark.usefixtures("signed_in")
def test_one_question_goes_back_as_it_was_asked(services: Services, sent: Ticket) -> None:
    """In the customer's language, whatever the staff's is; the ticket waits from then on."""
    page = PageTest("inbox", ticket=sent.reference, lang="ru")
    page.app.segmented_control(key="work-kind").set_value("question").run()
    page.app.selectbox(key="work-about").set_value("browser").run()
    question = next(item.question.en for item in sent.items if item.id == "browser")
    assert page.app.text_area(key=f"work-text-{sent.reference}").value == question
    page.click("work-send")
    now = ticket_now(services, sent)
    (entry,) = now.conversation
    assert (entry.kind, entry.details["step"], entry.text) == ("question", "browser", question)
    assert now.state == "waiting"


@pytest.mark.usefixtures("signed_in")
def test_a_note_leaves_for_nobody(services: Services, sent: Ticket) -> None:
    page = PageTest("inbox", ticket=sent.reference)
    page.app.segmented_control(key="work-kind").set_value("note").run()
    page.app.text_area(key=f"work-text-{sent.reference}").set_value(
        "root password is hunter2secret"
    )
    page.click("work-send")
    (entry,) = ticket_now(services, sent).conversation
    assert entry.is_internal
    assert "hunter2secret" not in entry.text
    assert "was hidden before sending" in page.text
    assert outbox_abouts(services, sent.reference) == [""]


@pytest.mark.usefixtures("signed_in")
def test_a_state_is_set_and_found(services: Services, sent: Ticket) -> None:
    page = PageTest("inbox", ticket=sent.reference).click("work-state-solved")
    assert ticket_now(services, sent).state == "solved"
    assert "work-state-open" in page.keys
    found = PageTest("inbox", state="solved", find=sent.reference)
    assert f"open-{sent.reference}" in found.keys
    assert f"open-{sent.reference}" not in PageTest("inbox", state="waiting").keys
    found.click("unfilter-state")
    assert "state" not in found.address


def test_a_nameless_colleague_reads_and_is_asked_for_a_name(
    services: Services, sent: Ticket
) -> None:
    del services
    enter_pages_by_link()
    page = PageTest("inbox", ticket=sent.reference)
    assert not {"work-send", "work-take"} & page.keys
    assert example.ticket().headline.en in page.text


@pytest.mark.usefixtures("signed_in")
def test_the_target_is_measured_again_from_the_ticket(
    services: Services, sent: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver of these tests answers nothing: that is said, and what was sent stays."""
    kept, end = threading.Event(), services.probe_store.end
    monkeypatch.setattr(services.probe_store, "end", lambda *args: (end(*args), kept.set()))
    PageTest("inbox", ticket=sent.reference).click("probe-web")
    assert kept.wait(60)
    page = PageTest("inbox", ticket=sent.reference)
    assert "When it was sent" in page.text
    (entry,) = ticket_now(services, sent).conversation
    assert (entry.kind, entry.author_name, entry.is_internal) == ("probed", NAME, True)
    assert sent.verdict is not None
    assert sent.verdict.title.en in page.text
    (row,) = services.audit.rows(about=sent.reference)
    assert (row.action, row.detail) == ("ticket.probe", "web")


@pytest.mark.usefixtures("signed_in")
def test_a_template_fills_itself_in_the_customers_language(
    services: Services, sent: Ticket
) -> None:
    """What staff wrote stays above it; a gap is reminded of once, and sent all the same."""
    page = PageTest("inbox", ticket=sent.reference, lang="ru")
    field = f"work-text-{sent.reference}"
    page.app.selectbox(key="work-template").set_value("502-restarted").run()
    filled = page.app.text_area(key=field).value
    assert filled.startswith("Hello, Анна Ким.")
    page.app.selectbox(key="work-template").set_value("solved").run()
    assert page.app.text_area(key=field).value.count("Hello") == 1
    page.click("work-send")
    assert "Не заполнен пропуск шаблона" in page.text
    assert not ticket_now(services, sent).conversation
    page.click("work-send")
    (entry,) = ticket_now(services, sent).conversation
    assert entry.text.startswith("Hello, Анна Ким.")


@pytest.mark.usefixtures("signed_in")
def test_what_a_reply_leaves_out_is_from_customer_once(services: Services) -> None:
    draft = example.draft("en", before="Why does this happen every week?")
    _, draft_id = services.drafts.create(example.CHECKLIST, draft)
    asking = services.tickets.send(
        draft_id, lambda reference, _: example.ticket(draft, reference=reference), ()
    )
    page = PageTest("inbox", ticket=asking.reference)
    assert "Why does this happen every week?" in page.text
    field = page.app.text_area(key=f"work-text-{asking.reference}")
    field.set_value("We restarted PHP.").run()
    page.click("work-send")
    assert "doesn't mention: Why does this happen every week?" in page.text
    assert not ticket_now(services, asking).conversation
    page.app.text_area(key=f"work-text-{asking.reference}").set_value(
        "It happens each week because the copy fills the disk."
    )
    page.click("work-send")
    (entry,) = ticket_now(services, asking).conversation
    assert entry.kind == "reply"
