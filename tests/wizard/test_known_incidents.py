"""What is known of an outage, where a customer meets it: at its cause, and asking for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from intake.bootstrap import Services
from intake.incidents import Incident, IncidentProposal
from intake.journey import CheckRun
from intake.tickets.shared_infrastructure import shared_value
from tests.ui.app import PageTest
from tests.wizard.customer import CHECK, begin_with_site, land, never_measure, open_step
from tests.wizard.test_recheck import ADVICE

TEXT = {"en": "Server web7 is down until 16:00.", "ru": "Сервер web7 не работает до 16:00."}


@pytest.fixture(autouse=True)
def measured_by_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    never_measure(monkeypatch)


@pytest.fixture(params=["192.0.2.7", "192.0.2.8"])
def incident(request: pytest.FixtureRequest, services: Services) -> Iterator[Incident]:
    """An outage of an address that answers 502."""
    value = shared_value("http.bad_gateway", request.param)
    proposal = IncidentProposal("address", value, datetime.now(UTC), (), 3)
    opened = services.incidents.confirm(proposal, TEXT, "Olga")
    services.notices.forget()
    yield opened
    services.incidents.close(opened.id, TEXT, "Olga")
    services.notices.forget()


def at_the_cause(services: Services) -> PageTest:
    """The 502's own screen, its site at 192.0.2.7."""
    page = begin_with_site()
    land(services, page, {"finding": "http.bad_gateway"})
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    run: CheckRun = stored.draft.checks[CHECK]
    report = {**(run.report or {}), "addresses": ["192.0.2.7"]}
    services.drafts.save_check(stored.id, run.model_copy(update={"report": report}))
    return open_step(page, ADVICE)


def test_the_screen_of_its_cause_says_that_we_know(services: Services, incident: Incident) -> None:
    """Of this address alone: another one's outage is not this customer's."""
    page = at_the_cause(services)
    is_ours = incident.subject == "192.0.2.7"
    assert (TEXT["en"] in page.text) == is_ours, page.text


def test_who_asks_for_a_person_reads_it_too(services: Services, incident: Incident) -> None:
    page = PageTest(lang="ru").click("person")
    assert TEXT["ru"] in page.text
    page.click("incident-different-0")
    assert TEXT["ru"] not in page.text
    del incident, services
