"""A customer on a phone writes instead of choosing, and is not asked again what was written."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_greeting_is_met_at_the_top_and_words_fill_the_fields(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("ru")
    page.goto(product.url)
    field, go_on = (
        page.locator(".st-key-own-words textarea"),
        page.locator(".st-key-own-words-next button"),
    )
    expect(page.locator("#first-screen")).to_have_count(0)
    field.fill("привет")
    go_on.click()
    expect(page.get_by_text("Хорошо, что написали")).to_be_in_viewport()
    field.fill("сайт shop.example не открывается с 14:20, 502")
    go_on.click()
    expect(page.locator(".st-key-answer-site input")).to_have_value("shop.example")
    page.locator(".st-key-next-site button").click()
    expect(page.locator(".st-key-exact-since input")).to_have_value("с 14:20")
    expect(page).to_have_url(re.compile("case="))
