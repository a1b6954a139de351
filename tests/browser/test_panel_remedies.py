"""The provider's panel is named where the customer reads what to do, and in the ticket."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, World
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS, send, ticket_of
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_the_cause_page_and_the_ticket_name_the_panels_places(
    product: Product, world: World, open_page: OpenPage
) -> None:
    product.kill()
    product.settings["INTAKE_PANEL"] = "ispmanager"
    product.start()
    customer = Customer(open_page("ru"), "ru", SITE_ANSWERS | {"site": world.broken_site})
    customer.open(product.url)
    customer.choose("site-down")
    customer.walk(until="step-restart-php")
    moves = customer.page.locator("ol li")
    expect(moves.first).to_contain_text("В ISPmanager откройте «Сайты»")
    expect(moves).to_have_count(3)
    customer.walk(until="review")
    ticket = ticket_of(product, send(customer))
    found = ticket["diagnoses"][0]["findings"][0]  # type: ignore[index]
    assert found["remedy"]["en"].startswith("In ISPmanager open Sites")
