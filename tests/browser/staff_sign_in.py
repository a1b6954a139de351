"""Signs staff in: types the printed token and a name into the form."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.product import Product


def sign_in(page: Page, product: Product, name: str) -> None:
    page.goto(f"{product.url}/staff")
    page.fill("#token", product.staff_link.partition("token=")[2])
    page.fill("#name", name)
    page.locator("form:has(#token) button").click()
    page.wait_for_url("**/inbox*")
