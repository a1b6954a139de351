"""A check that lands while the customer sends: what it brings is asked before anything goes out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from intake.bootstrap import Services
from intake.checks import CheckService
from intake.journey import Answer
from tests.ui.app import PageTest
from tests.wizard.customer import begin_with_site, land, never_measure

SAID: dict[str, JsonValue] = {
    "scope": "one",
    "since": {"said": "today", "at": None, "zone": "UTC"},
    "changed": "nothing",
    "error": "timed-out",
    "own-connection": "fails-elsewhere",
    "browser": "Firefox 144",
    "before": "first-time",
    "screenshot": [],
    "email": "anna@mail.example",
    "name": "",
    "account": "",
}


def test_an_advice_that_comes_at_the_last_moment_is_shown(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_measure(monkeypatch)
    begun = begin_with_site()
    stored = services.drafts.find(begun.address["case"])
    assert stored is not None
    now = datetime.now(UTC)
    said = {step: Answer(value=value, at=now) for step, value in SAID.items()}
    services.drafts.save_answers(stored.id, said)
    page = PageTest(case=begun.address["case"], view="review")
    assert page.title == "This goes to support"
    monkeypatch.setattr(
        CheckService, "wait", lambda *_: land(services, page, {"finding": "http.bad_gateway"})
    )
    page.click("send")
    assert page.address["step"] == "restart-php"
    assert "still_broken-restart-php" in page.keys
    page.click("still_broken-restart-php")
    monkeypatch.setattr(CheckService, "wait", lambda *_: None)
    while "send" not in page.keys:  # what is measured now may be asked once more
        page.click(next(key for key in sorted(page.keys) if key.startswith("confirm_yes-")))
    page.click("send")
    assert page.title.startswith("Sent: ")
