"""The link of a mail opens its ticket, changes nothing, and ends; receipts are few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from intake import bootstrap
from intake.bootstrap import Services
from intake.tickets import TicketLinks
from intake.wizard import receipts
from intake.wizard.case import find_case


@pytest.fixture(autouse=True)
def used_services(product: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)


def sent(client: TestClient, contact: str = "anna@mail.example") -> str:
    answer = client.post("/person", data={"contact": contact, "words": "502 since 14:20"})
    return answer.headers["location"].partition("case=")[2].partition("&")[0]


def test_the_signed_link_opens_the_ticket_however_often(
    client: TestClient, product: Services
) -> None:
    token = sent(client)
    reference = product.drafts.find(token).reference
    assert reference is not None
    events = product.tickets.get(reference).events
    for _ in range(3):  # a scanner of mails opens it before its reader does
        page = client.get(f"/t/{product.links.token(reference)}")
        assert page.status_code == 200
        assert reference in page.text
    assert product.tickets.get(reference).events == events
    assert client.get(f"/t/{reference}~forged").status_code == 404
    assert client.get(f"/t/{reference}").status_code == 404


def test_every_link_ends(
    client: TestClient, product: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sent(client)
    later = datetime.now(UTC) + timedelta(days=91)
    monkeypatch.setattr("intake.tickets.links.datetime", SimpleNamespace(now=lambda _zone: later))
    assert client.get(f"/t/{token}").status_code == 404
    reference = product.drafts.find(token).reference
    assert client.get(f"/t/{product.links.token(reference or '')}").status_code == 404


def test_one_address_gets_few_receipts(
    client: TestClient, product: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sent(client)
    case = find_case(token)
    ticket = product.tickets.find_by_token(token)
    assert case is not None
    assert ticket is not None
    begun = SimpleNamespace(stored=SimpleNamespace(status="open", draft=case.stored.draft))
    assert not receipts.claim_receipt(begun, ticket)  # type: ignore[arg-type]  # no mail is set up
    monkeypatch.setattr(Services, "sends_receipts", True)
    wanted = [receipts.claim_receipt(begun, ticket) for _ in range(4)]  # type: ignore[arg-type]
    assert wanted == [True, True, True, False]


def test_links_of_two_installations_differ() -> None:
    one, other = TicketLinks(b"a" * 32, days=1), TicketLinks(b"b" * 32, days=1)
    assert one.token("H4X-7PM-2KP") != other.token("H4X-7PM-2KP")
