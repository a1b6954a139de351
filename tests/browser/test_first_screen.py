"""The first screen is there before any script, and the wizard takes over where nobody types."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FRAMEWORK = re.compile(r"/static/js/index\.")
FRONTEND = re.compile(r"/static/|/assets/intake")


def test_it_is_shown_while_not_a_byte_of_the_frontend_came(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("ru")
    page.route(FRONTEND, lambda _: None)  # held for ever
    page.goto(product.url, wait_until="commit")
    expect(page.locator("h1")).to_have_text("Что случилось?")
    page.locator('#first-screen button[value="site-down"]').click(no_wait_after=True)
    page.wait_for_url(re.compile("case="), wait_until="commit")


def test_the_wizard_takes_over_and_waits_while_somebody_types(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("en")
    held: list[Route] = []
    is_typed = False

    def hold(route: Route) -> None:
        if is_typed:
            route.continue_()
        else:
            held.append(route)

    page.route(FRAMEWORK, hold)
    page.goto(product.url, wait_until="commit")
    page.locator("#first-words").fill("the shop shows a 502")
    is_typed = True
    for route in held:
        route.continue_()
    expect(page.locator(".st-key-begin-site-down")).to_be_attached()
    expect(page.locator("#first-words")).to_have_value("the shop shows a 502")
    page.locator("#first-words").fill("")
    page.locator("#first-screen h1").click()
    expect(page.locator("#first-screen")).to_have_count(0)
    expect(page.locator(".st-key-begin-site-down button")).to_be_visible()


def test_with_scripts_off_a_ticket_reaches_support(product: Product, open_page: OpenPage) -> None:
    page: Page = open_page("en", java_script_enabled=False)
    page.goto(product.url)
    page.locator("#first-words").fill("the shop shows a 502 since 14:20")
    page.locator("#first-screen button.main").click()
    expect(page.locator("h1")).to_have_text("A person, now")
    expect(page.locator("#own-words")).to_have_value("the shop shows a 502 since 14:20")
    page.locator("#contact").fill("anna@mail.example")
    page.locator("main form button").click()
    expect(page.locator("h1")).to_contain_text("Sent: ")
    page.locator("main a").first.click()
    expect(page.locator("body")).to_contain_text("the shop shows a 502 since 14:20")
