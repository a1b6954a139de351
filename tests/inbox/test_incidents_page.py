"""Incidents for staff: a proposal is confirmed with one sentence, and its end told to everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.bootstrap import Services
from intake.database import utc_now
from tests.staff import enter_pages_by_link
from tests.tickets import example
from tests.ui.app import PageTest

SENTENCE = "Server web7 is down until 16:00."
ADDRESS = "203.0.113.77"


@pytest.fixture(autouse=True)
def signed_in(services: Services) -> None:
    del services  # whose sessions the pages ask
    enter_pages_by_link("Olga")


@pytest.fixture
def references(services: Services) -> Iterator[list[str]]:
    report = {**example.REPORT, "addresses": [ADDRESS]}
    sent = []
    for name in ("anna", "boris", "vera"):
        draft = example.draft("en", email=f"{name}@mail.example", name=name)
        draft = draft.model_copy(update={"checks": {"web": example.run(report=report)}})
        _, draft_id = services.drafts.create(example.CHECKLIST, draft)
        ticket = services.tickets.send(
            draft_id,
            lambda reference, _, draft=draft: example.ticket(
                draft, reference=reference, now=utc_now()
            ),
            ("email",),
        )
        sent.append(ticket.reference)
    yield sent
    for incident in services.incidents.open():
        services.incidents.close(incident.id, {"en": "Over."}, "Olga")


def test_a_proposal_becomes_an_incident_and_ends(services: Services, references: list[str]) -> None:
    page = PageTest("incidents")
    assert f"address {ADDRESS}" in page.text
    confirm = next(key for key in page.keys if key.startswith("confirm-address"))
    page.click(confirm)
    assert "Write one sentence first." in page.text
    field = f"incident-text-en-{confirm.removeprefix('confirm-')}"
    page.app.text_area(key=field).set_value(SENTENCE)
    page.click(confirm)
    (incident,) = services.incidents.open()
    assert incident.text == {"en": SENTENCE}
    assert [notice.text for notice in services.notices.current("ru")] == [SENTENCE]
    assert "Looks like one outage" not in page.text
    page.click(f"close-{incident.id}")
    assert "Customers told: 3." in page.text
    for reference in references:
        ticket = services.tickets.get(reference)
        assert ticket is not None
        assert ticket.state == "solved"
    assert services.notices.current("ru") == ()
