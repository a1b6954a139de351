"""A line that is gone for a while: the customer is told, and goes on where they were."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
TOLD = {
    "en": "Your answers are kept; this page comes back by itself.",
    "ru": "Ответы сохранены; страница вернётся сама.",
}


class Line:
    """The line between a browser and the server, which can be cut and mended."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: list[WebSocketRoute] = []
        self._is_cut = False
        page.route_web_socket(re.compile("/_stcore/stream"), self._route)

    def cut(self) -> None:
        self._is_cut = True
        self._page.route("**/*", lambda route: route.abort("internetdisconnected"))
        for browser in self._open:
            browser.close()
        self._open.clear()

    def mend(self) -> None:
        self._is_cut = False
        self._page.unroute("**/*")

    def _route(self, browser: WebSocketRoute) -> None:
        if self._is_cut:
            browser.close()
            return
        server = browser.connect_to_server()
        self._open.append(browser)
        browser.on_message(server.send)
        server.on_message(browser.send)


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "ru"])
def test_what_was_typed_is_there_when_the_line_is_back(
    product: Product, open_page: OpenPage, language: str
) -> None:
    """Nothing can be clicked meanwhile, so nothing is lost in clicking; the words fit a phone."""
    page = open_page(language)
    line = Line(page)
    customer = Customer(page, language, {"site": "shop.example"})
    customer.open(product.url)
    customer.choose("site-down")
    page.locator(".st-key-answer-site input").fill("shop.example")
    line.cut()
    banner = page.locator('body > [data-testid="stDialog"]')
    expect(banner).to_contain_text(TOLD[language])
    expect(page.locator(".st-key-next-site button")).to_be_disabled()
    assert banner.locator("section").evaluate("it => it.scrollWidth <= it.clientWidth")
    line.mend()
    expect(page.locator(".st-key-answer-site input")).to_have_value("shop.example")
    expect(banner).to_have_count(0)
    page.locator(".st-key-next-site button").click()
    assert customer.arrive("step-site") == "step-scope"


@pytest.mark.long  # a server is started anew
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_line_is_away_for_so_long_that_the_server_forgot_the_session(
    product: Product, open_page: OpenPage, language: str
) -> None:
    """What was typed before is sent once the line is back, to a server that knows no such tab."""
    page = open_page(language)
    line = Line(page)
    customer = Customer(page, language, {})
    customer.open(product.url)
    customer.choose("something-else")
    said = "письма возвращаются с ошибкой 550 с 14:20"
    page.locator(".st-key-answer-what textarea").fill(said)
    line.cut()
    banner = page.locator('body > [data-testid="stDialog"]')
    expect(banner).to_contain_text(TOLD[language])
    product.kill()  # no session outlives it
    product.start()
    line.mend()
    expect(banner).to_have_count(0)
    expect(page.locator(".st-key-answer-what textarea")).to_have_value(said)
    page.locator(".st-key-next-what button").click()
    assert customer.arrive("step-what") == "step-target"
    token = page.url.split("case=")[1].split("&")[0]
    elsewhere = Customer(open_page(language), language, {})
    elsewhere.open(f"{product.url}/?case={token}&step=what&lang={language}")
    expect(elsewhere.page.locator(".st-key-answer-what textarea")).to_have_value(said)
