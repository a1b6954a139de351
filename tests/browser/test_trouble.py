"""A database that is really locked: in words, with what was typed still there, and a way on."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LOCK_TIMEOUT_MS = 60_000  # the database waits 20 s for the lock before it gives up
SAID = "письма возвращаются с ошибкой 550"


def test_a_locked_database_is_told_in_words_and_the_click_tried_again(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("ru")
    customer = Customer(page, "ru", {})
    customer.open(product.url)
    customer.choose("something-else")
    field = page.locator(".st-key-answer-what textarea")
    field.fill(SAID)
    with sqlite3.connect(product.data / "intake.db", isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        page.locator(".st-key-next-what button").click()
        trouble = page.locator(".st-key-trouble")
        expect(trouble).to_contain_text("Ничего не пропало", timeout=LOCK_TIMEOUT_MS)
        expect(field).to_have_value(SAID)
        expect(page.locator(".st-key-person button")).to_be_visible()
        assert "Traceback" not in page.locator('[data-testid="stMain"]').inner_text()
        database.execute("ROLLBACK")
    page.locator(".st-key-try-again button").click()
    assert customer.arrive("step-what") == "step-target"
    expect(trouble).to_have_count(0)
