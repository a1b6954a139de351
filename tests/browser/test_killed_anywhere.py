"""The server dies between any two taps of a customer, and comes back: not one answer is lost."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, World
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS, send, ticket_of
from tests.browser.walker import Customer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,  # it is started anew before each tap
    pytest.mark.timeout(900),
]
WAYS_ON = '[data-testid="stMain"] button:not([disabled])'


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_server_may_die_between_any_two_taps(
    own_product: Product, world: World, open_page: OpenPage, language: str
) -> None:
    """The browser comes back by itself, the next tap counts, and one ticket has all of it."""
    product = own_product
    customer = Customer(open_page(language), language, {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(product.url)
    screen, killed = customer.choose("site-down"), 0
    while screen != "review":
        _die(product, customer)
        killed += 1
        screen = customer.answer_current(screen)
    _die(product, customer)
    customer.fill_review()
    reference = send(customer)
    assert killed >= 4
    _die(product, customer)
    assert customer.screen() == "sent"
    ticket = ticket_of(product, reference)
    answers = {item["id"]: item["answer"] for item in ticket["items"]}  # type: ignore[attr-defined]
    assert answers["site"] == "shop.example"
    assert answers["changed-details"] == SITE_ANSWERS["changed-details"]
    assert answers["solved-before"] == SITE_ANSWERS["solved-before"]
    assert ticket["completeness"]["missing"] == []  # type: ignore[index]
    with sqlite3.connect(product.data / "intake.db") as database:
        assert database.execute("SELECT count(*) FROM tickets").fetchone() == (1,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _die(product: Product, customer: Customer) -> None:
    """A power cut, and the browser has found the server again."""
    page = customer.page
    product.kill()
    # The page knows: what could be pressed can't be any more.
    expect(page.locator('body > [data-testid="stDialog"]')).to_be_visible()
    product.start()
    expect(page.locator('body > [data-testid="stDialog"]')).to_have_count(0)
    expect(page.locator(WAYS_ON).first).to_be_visible()
