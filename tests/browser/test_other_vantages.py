"""In the wizard: the customer's own browser looks by itself, and a friend's result lands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product
from tests.browser.walker import Customer
from tests.web.look_world import Site

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def product(site: Site, published: Path, tmp_path: Path) -> Iterator[Product]:
    settings = {
        "INTAKE_ALLOW_NETWORKS": "127.0.0.0/8",
        "INTAKE_HTTP_PORTS": f"80,443,{urlsplit(site.url).port}",
        "INTAKE_BROWSER_LOOK": "true",
    }
    product = Product(tmp_path / "data", settings, published=published)
    product.start()
    yield product
    product.kill()


def test_the_customers_browser_and_a_friends_are_seen_live(
    site: Site, product: Product, open_page: OpenPage
) -> None:
    page = open_page()
    customer = Customer(page, "en", {"site": site.url})
    customer.open(product.url)
    customer.answer_current(customer.choose("site-down"))
    page.locator('[class*="st-key-live-web"]').get_by_text("We tested").click()
    expect(page.get_by_text("your browser gets an answer")).to_be_visible()
    page.locator(".st-key-friend-web button").click()
    link = page.locator(".st-key-friend-link-web code").inner_text()
    friend = open_page("ru")
    friend.goto(link)
    friend.get_by_role("button").click()
    expect(friend.frame_locator("iframe").locator("#state")).to_contain_text("получает ответ")
    expect(page.get_by_text("it opens for a friend")).to_be_visible()
