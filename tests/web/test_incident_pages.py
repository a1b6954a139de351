"""A known incident before the first question, without a script: read it, hear of its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from intake import bootstrap
from intake import database as db
from intake.bootstrap import Services
from intake.delivery.desks.receipt import RECEIPT
from intake.incidents import Incident
from intake.tickets import TicketFilter
from intake.wizard import receipts

TEXT = {"en": "Server web7 is down until <16:00>.", "ru": "Сервер web7 не работает до 16:00."}
END = {"en": "web7 is back.", "ru": "web7 снова работает."}


@pytest.fixture(autouse=True)
def used_services(product: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)
    monkeypatch.setattr(Services, "sends_receipts", True)
    receipts._limiter.cache_clear()  # what this process remembers, and what all share
    with db.writing(product.engine) as connection:
        connection.execute(db.rate_budgets.delete())


@pytest.fixture
def incident(product: Services) -> Iterator[Incident]:
    opened = product.incidents.confirm(None, TEXT, "Olga")
    product.notices.forget()
    yield opened
    if product.incidents.get(opened.id) in product.incidents.open():
        product.incidents.close(opened.id, END, "Olga")
    product.notices.forget()
    with db.writing(product.engine) as connection:  # nobody mails them here
        connection.execute(db.outbox.delete().where(db.outbox.c.desk == RECEIPT))


def test_it_stands_before_the_first_question(client: TestClient, incident: Incident) -> None:
    page = client.get("/?lang=en").text
    first = page[page.index('id="first-screen"') : page.index('<div id="root">')]
    assert "Server web7 is down until &lt;16:00&gt;." in first
    assert first.index("web7") < first.index('name="checklist"')
    assert f"/incident/{incident.id}?lang=en" in first
    assert len(client.get("/?lang=ru").content) <= 20_000


def test_whoever_wants_to_hear_of_the_end_does(
    client: TestClient, product: Services, incident: Incident
) -> None:
    """A ticket that no desk gets and nobody has to work on."""
    shown = client.get(f"/incident/{incident.id}?lang=ru")
    assert TEXT["ru"] in shown.text
    done = client.post(f"/incident/{incident.id}", data={"contact": "lena@shop.ru", "lang": "ru"})
    assert done.status_code == 200
    [reference] = product.incidents.references(incident)
    assert reference in done.text
    ticket = product.tickets.get(reference)
    assert ticket is not None
    with db.reading(product.engine) as connection:  # it is in nobody's figures
        walked = db.walks.select().join(db.tickets, db.tickets.c.draft_id == db.walks.c.id)
        mine = walked.where(db.tickets.c.reference == reference)
        assert connection.execute(mine).first() is None
    assert (ticket.sent_as, ticket.contact.email) == ("follows-incident", "lena@shop.ru")
    assert {row.desk for row in product.outbox.rows(reference)} == {RECEIPT}
    assert reference not in {row.reference for row in product.tickets.list(limit=200)}
    looked_for = product.tickets.list(limit=200, ticket_filter=TicketFilter(query=reference))
    assert reference in {row.reference for row in looked_for}

    assert product.incidents.close(incident.id, END, "Olga") == 1
    over = client.get(f"/incident/{incident.id}?lang=ru").text
    assert END["ru"] in over
    assert "<form" not in over
    closed = product.tickets.get(reference)
    assert closed is not None
    assert [entry.text for entry in closed.conversation if entry.kind == "reply"] == [END["ru"]]


@pytest.mark.parametrize("contact", ["", "lena", "+7 912 3456789", "x" * 5000])
def test_what_is_no_address_is_asked_again(
    client: TestClient, incident: Incident, product: Services, contact: str
) -> None:
    answer = client.post(f"/incident/{incident.id}", data={"contact": contact, "lang": "en"})
    assert answer.status_code == 422
    assert "Enter an e-mail address" in answer.text
    assert product.incidents.count(incident) == 0


def test_one_address_gets_few_letters(client: TestClient, incident: Incident) -> None:
    sent = [
        client.post(f"/incident/{incident.id}", data={"contact": "a@mail.com"}).status_code
        for _ in range(4)
    ]
    assert sent == [200, 200, 200, 422]


def test_an_incident_that_is_none_is_not_there(client: TestClient) -> None:
    for path in ("/incident/nothing", f"/incident/{'x' * 400}"):
        assert client.get(path).status_code == 404
    assert client.post("/incident/nothing", data={"contact": "a@mail.com"}).status_code == 404


def test_who_asks_for_a_person_without_a_script_reads_it(
    client: TestClient, incident: Incident
) -> None:
    for language, text in TEXT.items():
        page = client.get(f"/person?lang={language}").text
        assert text.replace("<", "&lt;").replace(">", "&gt;") in page
        assert f"/incident/{incident.id}?lang={language}" in page
        assert page.index("web7") < page.index('name="contact"')
