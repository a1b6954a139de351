"""The panel is the door: a signed link brings the customer, and what it knows isn't asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from intake import bootstrap
from intake.bootstrap import Services
from intake.journey.draft import Draft, Source
from tests.fakes.panel import FakePanel
from tests.web.conftest import PANEL_SECRET

TWO_SITES = [{"hosts": ["shop.example", "blog.example"]}]
SERVER = [{"addresses": ["203.0.113.7"], "suspended": True}]


@pytest.fixture(autouse=True)
def used_services(product: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)


@pytest.fixture
def panel() -> FakePanel:
    return FakePanel(PANEL_SECRET, "http://localhost:8501")


def enter(client: TestClient, token: str) -> Any:
    """As the panel's own page does it, which is of another origin."""
    headers = {"Origin": "https://panel.example.com", "Sec-Fetch-Site": "cross-site"}
    return client.post("/enter", data={"token": token, "zone": "Europe/Moscow"}, headers=headers)


def draft_at(product: Services, place: str) -> Draft:
    found = product.drafts.find(parse_qs(urlsplit(place).query)["case"][0])
    assert found is not None
    return found.draft


def test_a_named_problem_begins_at_once_with_what_the_panel_knows(
    client: TestClient, product: Services, panel: FakePanel
) -> None:
    answer = enter(client, panel.token(checklist="site-down"))
    assert answer.status_code == 303
    draft = draft_at(product, answer.headers["location"])
    known = {name: answer.value for name, answer in draft.answers.items()}
    assert known == {
        "site": "shop.example",
        "scope": "one",  # there is no other
        "email": "anna@mail.example",
        "name": "Anna Kim",
        "account": "4711",
    }
    assert {answer.source for answer in draft.answers.values()} == {Source.PANEL}
    assert draft.environment.timezone == "Europe/Moscow"


def test_a_link_that_is_opened_twice_lets_in_once(client: TestClient, panel: FakePanel) -> None:
    token = panel.token(checklist="site-down")
    assert enter(client, token).status_code == 303
    again = enter(client, token)
    assert again.status_code == 403
    assert "works once" in again.text


def test_a_get_spends_nothing(client: TestClient, panel: FakePanel) -> None:
    """Bots look at links; the token stands behind the `#`, so nobody but the script has it."""
    token = panel.token(checklist="site-down")
    for _ in range(3):
        assert client.get("/enter").status_code == 200
        assert client.get("/enter", params={"token": token}).status_code == 200
    assert enter(client, token).status_code == 303


def test_several_sites_are_offered_to_choose_from(
    client: TestClient, product: Services, panel: FakePanel
) -> None:
    place = enter(client, panel.token(services=TWO_SITES)).headers["location"]
    page = client.get(place)
    assert "Anna Kim" in page.text
    assert "<option>shop.example</option>" in page.text
    begun = client.post(place, data={"checklist": "site-down", "site": "blog.example"})
    draft = draft_at(product, begun.headers["location"])
    assert draft.answers["site"].value == "blog.example"
    assert "scope" not in draft.answers
    other = client.post(place, data={"checklist": "site-down", "site": ""})
    assert "site" not in draft_at(product, other.headers["location"]).answers
    forged = client.post(place, data={"checklist": "site-down", "site": "victim.example"})
    assert "site" not in draft_at(product, forged.headers["location"]).answers


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"balance": -3, "services": SERVER}, ["unpaid", "suspended"]),
        ({"balance": 5, "services": SERVER}, ["suspended"]),
        ({"balance": 0}, ["unpaid"]),
        ({"balance": 0, "unpaid": False, "suspended": False, "notices": []}, ["fine"]),
        ({"unpaid": True}, ["unpaid"]),
        ({"balance": 5, "suspended": False, "notices": []}, ["fine"]),
        ({"balance": 5, "suspended": False, "notices": ["planned-work"]}, ["planned-work"]),
        ({"balance": 5, "suspended": False}, None),  # whether there is a notice nobody said
        ({"balance": None, "suspended": False, "notices": []}, None),
    ],
)
def test_balance_suspension_and_notices_are_not_asked(
    client: TestClient,
    product: Services,
    panel: FakePanel,
    facts: dict[str, Any],
    state: list[str] | None,
) -> None:
    token = panel.token(checklist="server-down", target="203.0.113.7", **facts)
    draft = draft_at(product, enter(client, token).headers["location"])
    answer = draft.answers.get("account-state")
    assert (answer.value if answer else None) == state


@pytest.mark.parametrize(
    ("console", "known"), [("off", "off"), ("works", "works"), ("blue screen", None), (None, None)]
)
def test_whether_it_is_reachable_from_inside_is_not_asked_where_the_panel_says_it(
    client: TestClient, product: Services, panel: FakePanel, console: object, known: str | None
) -> None:
    services = [{"addresses": ["203.0.113.7"], "console": console}]
    token = panel.token(checklist="server-down", services=services)
    answer = draft_at(product, enter(client, token).headers["location"]).answers.get("console")
    assert (answer.value if answer else None) == known
    assert answer is None or answer.source is Source.PANEL


def test_a_person_is_one_tap_away_with_everything_along(
    client: TestClient, product: Services, panel: FakePanel
) -> None:
    place = enter(client, panel.token(services=TWO_SITES)).headers["location"]
    begun = client.post(place, data={"checklist": "person"}).headers["location"]
    assert "view=person" in begun
    assert draft_at(product, begun).answers["email"].value == "anna@mail.example"


@pytest.mark.parametrize("key", ["guess", "x" * 43])
def test_a_guessed_visit_is_none(client: TestClient, key: str) -> None:
    assert client.get(f"/panel/{key}").status_code == 404
    assert client.post(f"/panel/{key}", data={"checklist": "site-down"}).status_code == 404


def test_the_panels_words_are_text(client: TestClient, panel: FakePanel) -> None:
    hostile = "<script>alert(1)</script>"
    services = [{"hosts": [hostile, "a.example"]}]
    page = client.get(
        enter(client, panel.token(name=hostile, services=services)).headers["location"]
    )
    assert hostile not in page.text
    assert "&lt;script&gt;" in page.text


def test_an_address_that_cannot_be_one_is_asked(
    client: TestClient, product: Services, panel: FakePanel
) -> None:
    token = panel.token(checklist="site-down", target="127.0.0.1", email="nobody")
    draft = draft_at(product, enter(client, token).headers["location"])
    assert not {"site", "email"} & draft.answers.keys()


def test_where_the_panel_is_required_nobody_begins_without_but_a_person_is_reached(
    client: TestClient, product: Services, panel: FakePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {"panel_required": True, "panel_url": "https://panel.example.com"}
    settings = product.settings.model_copy(update=changed)
    monkeypatch.setattr(bootstrap, "_services", replace(product, settings=settings))
    start = client.get("/?lang=en").text
    assert "https://panel.example.com" in start
    assert 'value="site-down"' not in start
    begun = client.post("/begin", data={"checklist": "site-down"})
    assert "case=" not in begun.headers["location"]
    assert enter(client, panel.token(checklist="site-down")).status_code == 303
    sent = client.post("/person", data={"contact": "anna@mail.example", "words": "502 since 14:20"})
    assert "case=" in sent.headers["location"]


def test_a_name_that_cannot_be_stored_lets_its_customer_in(
    client: TestClient, panel: FakePanel
) -> None:
    """A lone surrogate, as half an emoji leaves it: it was an error of ours, the link was spent."""
    name = "Anna \ud83d\x1b[31m\u202e"
    place = enter(client, panel.token(name=name, services=TWO_SITES))
    assert place.status_code == 303
    page = client.get(place.headers["location"])
    assert "Anna [31m" in page.text
    assert not {"\x1b", "\u202e"} & set(page.text)


def test_one_link_begins_no_thousand_drafts(client: TestClient, panel: FakePanel) -> None:
    """The key of a link opens for two hours, and each form stored another draft."""
    place = enter(client, panel.token(services=TWO_SITES)).headers["location"]
    form = {"checklist": "site-down", "site": "blog.example"}
    statuses = [client.post(place, data=form).status_code for _ in range(25)]
    assert statuses[:20] == [303] * 20
    assert set(statuses[20:]) == {429}
