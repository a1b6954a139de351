""" "Check again" on a site that is really broken: it stays, measures, and says what it found."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, World
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ADVICE = "restart-php"
SAME = {"en": "The cause is still there", "ru": "Причина пока та же"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_it_stays_measures_and_says_that_the_cause_is_the_same(
    product: Product, world: World, open_page: OpenPage, language: str
) -> None:
    page = open_page(language)
    customer = Customer(page, language, {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(product.url)
    customer.choose("site-down")
    customer.walk(f"step-{ADVICE}")
    page.locator(f".st-key-check_again-{ADVICE} button").click()
    heading = page.locator('[data-testid="stMain"] h2').first
    expect(heading).to_have_text(SAME[language])
    assert customer.screen() == f"step-{ADVICE}"
    assert page.locator(f".st-key-works_now-{ADVICE}").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.go_back()
    expect(page.locator(f".st-key-works_now-{ADVICE} button")).to_be_visible()
    page.go_forward()
    expect(heading).to_have_text(SAME[language])
    page.locator(f".st-key-still_broken-{ADVICE} button").click()
    assert customer.arrive(f"step-{ADVICE}").startswith("step-")
