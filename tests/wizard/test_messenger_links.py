"""A messenger's link brings the customer with channel and contact: proposals, until a tap."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from intake.database import utc_now
from intake.tickets import compose_ticket, render
from tests.ui.app import PageTest
from tests.wizard.customer import never_measure

LINK = {"problem": "site-down", "site": "shop.example", "email": "anna@mail.example"}


def test_the_channel_stands_in_the_ticket_and_the_contact_is_a_proposal(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_measure(monkeypatch)
    page = PageTest(**LINK, via="telegram", lang="en")
    assert "anna@mail.example" in page.text
    page.click("begin-proposed")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert not stored.draft.answers  # nothing is an answer before the customer says so
    assert stored.draft.environment.channel == "telegram"
    assert page.app.text_input(key="answer-site").value == "shop.example"
    checklist = services.checklists["site-down"]
    ticket = compose_ticket(checklist, stored.draft, reference="H4X-7PM-2KB", now=utc_now())
    assert ticket.contact.email is None
    assert "Came from: telegram" in render(ticket, "text", "en")
    assert "Откуда: telegram" in render(ticket, "text", "ru")


@pytest.mark.parametrize("via", ["", "<script>", "x" * 41, "a\nb", "\u202etelegram", "=cmd()"])
def test_a_channel_that_is_no_name_is_passed_over(services: Services, via: str) -> None:
    page = PageTest(**LINK, via=via).click("begin-proposed")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.draft.environment.channel is None
    assert "channel" not in stored.draft.environment.model_dump_json()
