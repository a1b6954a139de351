"""What was answered and measured stands in the texts that the customer reads."""

from __future__ import annotations

import pytest

from intake.bootstrap import Services
from tests.wizard.customer import SITE, begin_with_site, land, never_measure, open_step


@pytest.fixture(autouse=True)
def _never_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    never_measure(monkeypatch)


def test_an_advice_names_the_site(services: Services) -> None:
    page = begin_with_site()
    land(services, page, {"finding": "ok.reachable"})
    shown = open_step(page, "healthy-from-here")
    text = shown.text.replace("\\", "")
    assert f"{SITE} opens from our side" in text
    assert "{site}" not in text


def test_what_is_not_known_is_said_otherwise(services: Services) -> None:
    """The browser's address is known to the server alone: a test's page has none."""
    page = begin_with_site()
    land(services, page, {"finding": "client.address_banned"})
    text = open_step(page, "blocked-address").text
    assert "support looks for your address" in text
    assert "{environment" not in text
