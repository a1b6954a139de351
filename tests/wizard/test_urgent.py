"""An urgent case, said or measured: nobody asks who it is, and the screens say what happens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from intake.bootstrap import Services
from intake.journey import Answer, CheckRun
from tests.ui.app import PageTest
from tests.wizard.customer import never_measure

SAID: dict[str, JsonValue] = {
    "trouble": "in-bounces",
    "bounce": "",
    "name-the-mail-server": "go-on",
    "lives": "hosting",
    "since": {"said": "today", "at": None, "zone": "UTC"},
    "changed": "nothing",
}


@pytest.mark.parametrize("with_whom", ["all", "one"])
def test_an_urgent_case_skips_the_formalities(
    services: Services, monkeypatch: pytest.MonkeyPatch, with_whom: str
) -> None:
    never_measure(monkeypatch)
    mails_copies = with_whom == "all"
    monkeypatch.setattr(Services, "sends_receipts", mails_copies)
    begun = PageTest().click("begin-mail-not-arriving")
    begun.app.text_input(key="answer-mailbox").set_value("info@shop.example")
    begun.click("next-mailbox")
    stored = services.drafts.find(begun.address["case"])
    assert stored is not None
    now = datetime.now(UTC)
    facts: dict[str, JsonValue] = {
        "finding": ["mail.no_mx"],
        "cause": "mail.no_mx",
        "verdict": "fault",
    }
    run = CheckRun(step="mail", target="shop.example", state="done", started_at=now, facts=facts)
    services.drafts.save_check(stored.id, run)
    said = SAID | {"with-whom": with_whom, "partner": "client.example"}
    answers = {step: Answer(value=value, at=now) for step, value in said.items()}
    services.drafts.save_answers(stored.id, answers)
    page = PageTest(case=begun.address["case"], view="review")
    assert page.title == "This goes to support"
    is_urgent = with_whom == "all"
    assert ("we skip the formalities" in page.text) is is_urgent
    asked = {field.key for field in page.app.text_input}
    assert "answer-email" in asked
    assert ({"answer-name", "answer-account"} <= asked) is not is_urgent
    page.app.text_input(key="answer-email").set_value("anna at mail")
    page.click("send")
    # Beside "Send to support" a "Leave it as it is" would say nothing of sending.
    assert page.button("keep_as_is-review").label == "Send it as it is"
    page.app.text_input(key="answer-email").set_value("anna@mail.example")
    page.click("send")
    assert page.title.startswith("Sent: ")
    assert "As soon as somebody takes it, you'll see it here." in page.text
    assert ("It's marked as urgent." in page.text) is is_urgent
    assert ("A copy goes to anna@mail.example." in page.text.replace("\u2060", "")) is mails_copies
