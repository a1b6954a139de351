"""Walks through the ends of a case: no JavaScript, a repeat, solved, rated, without a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.conftest import World
from tests.browser.product import Product
from tests.browser.walker import Customer

SENT = re.compile("Sent: |Отправлено: ")
WORDS = {
    "en": "{site} shows a 502 since 14:20, we lose orders",
    "ru": "{site} выдаёт 502 с 14:20, теряем заказы",
}


def walk_ends(product: Product, world: World, page: Page, language: str) -> Iterator[str]:
    """Walk from one end to the next; yield the name of each screen while it is displayed."""
    words = WORDS[language].format(site=world.broken_site)
    page.goto(f"{product.url}/person?lang={language}")
    expect(page.locator("#contact")).to_be_visible()
    yield "plain-person"
    _send_plain(page, words)
    expect(page.locator("h1")).to_have_text(SENT)
    yield "plain-sent"
    token = page.url.partition("case=")[2].partition("&")[0]
    customer = Customer(page, language, {"site": world.broken_site})
    customer.open(f"{product.url}/?case={token}&lang={language}")
    page.wait_for_function("document.cookie.includes('intake_sent=')")
    page.goto(f"{product.url}/person?lang={language}")
    _send_plain(page, words)
    expect(page.locator('button[value="add"]')).to_be_visible()
    yield "plain-again"
    _begin(customer, product)
    assert customer.answer_current("step-site") == "again"
    expect(page.locator(".st-key-again-add button")).to_be_visible()
    yield "again"
    page.locator(".st-key-again-add button").click()
    customer.arrive("again")
    page.locator(".st-key-works-again button").click()
    expect(page.locator(".st-key-rate-good button")).to_be_visible()
    page.locator('[data-testid="stMain"] h2').first.scroll_into_view_if_needed()
    yield "ticket-solved"
    page.locator(".st-key-rate-good button").click()
    expect(page.locator(".st-key-rate-good button")).to_have_count(0)
    yield "ticket-rated"
    customer.answers["site"] = world.healthy_site
    _begin(customer, product)
    customer.walk("step-healthy-from-here")
    page.locator(".st-key-works_now-healthy-from-here button").click()
    customer.arrive("step-healthy-from-here")
    expect(page.locator(".st-key-reopen button")).to_be_visible()
    yield "solved"


def _send_plain(page: Page, words: str) -> None:
    page.locator("#contact").fill("anna@mail.example")
    page.locator("#own-words").fill(words)
    page.locator("main form button").click()


def _begin(customer: Customer, product: Product) -> None:
    customer.open(f"{product.url}/?lang={customer.language}")
    customer.choose("site-down")
