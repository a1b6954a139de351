"""A customer comes from the panel by a signed link, on a phone, and is asked three things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, World, make_product, needs_low_ports
from tests.browser.counted import HEAD, CountedCustomer
from tests.browser.product import Product
from tests.browser.test_main_job import send, ticket_of
from tests.fakes.panel import FakePanel

pytestmark = [pytest.mark.browser, pytest.mark.long, needs_low_ports]
SECRET = "a-secret-of-the-panel-that-is-long-enough"
MOST_QUESTIONS = 3


@pytest.fixture
def product(world: World, published: Path, tmp_path: Path) -> Iterator[Product]:
    product = make_product(world, published, tmp_path / "data")
    product.settings["INTAKE_PANEL_KEYS"] = f"panel={SECRET}"
    product.start()
    yield product
    product.kill()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_502_by_a_signed_link_asks_three_things_and_no_contact(
    product: Product,
    world: World,
    open_page: OpenPage,
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    panel = FakePanel(SECRET, product.url)
    services = [{"hosts": [world.broken_site]}]
    token = panel.token(checklist="site-down", lang=language, services=services)
    answers: dict[str, object] = {"since": 0, "changed": 0, "before": 0}
    customer = CountedCustomer(open_page(language), language, answers)
    customer.page.goto(f"{product.url}/enter#token={token}")
    customer.page.wait_for_url("**/?case=*")
    assert "token" not in customer.page.url
    expect(customer.page.locator('[class*="st-key-screen-"]').first).to_be_visible()
    customer.start_counting()
    customer.walk("review")
    ticket = ticket_of(product, send(customer))
    row = customer.row(f"502 from the panel, {language}", ticket, "site-down")
    with capsys.disabled():
        print("", HEAD, row, sep="\n")  # noqa: T201 - the figures are what is asked for
    assert customer.questions <= MOST_QUESTIONS, customer.seen
    assert customer.contacts == 0
    assert ticket["contact"]["email"] == "anna@mail.example"  # type: ignore[index]
    assert ticket["verdict"]["code"] == "http.bad_gateway"  # type: ignore[index]
    assert ticket["completeness"]["missing"] == []  # type: ignore[index]
    sources = {item["id"]: item["source"] for item in ticket["items"]}  # type: ignore[attr-defined]
    assert sources["site"] == sources["email"] == sources["account"] == "panel"
