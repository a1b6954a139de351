"""A slow line between the browser and the server: nothing jumps back, nothing is lost."""

from __future__ import annotations

import re
import socket
import sqlite3
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product
from tests.browser.walker import Customer
from tests.daemons.loopback import free_address

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

COUNT_SENT = """
window.sent = 0;
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) { window.sent += 1; return send.call(this, data); };
"""


class SlowSite:
    """A web server that takes every connection and answers none until it is let go."""

    def __init__(self) -> None:
        self.address = free_address()
        self.answer = threading.Event()
        self._socket = socket.create_server((self.address, 80))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._hold, args=(connection,), daemon=True).start()

    def _hold(self, connection: socket.socket) -> None:
        with connection:
            self.answer.wait(60)

    def close(self) -> None:
        self.answer.set()
        self._socket.close()


@pytest.fixture
def slow_site(own_product: Product) -> Iterator[SlowSite]:
    del own_product  # it skips where port 80 can't be had
    site = SlowSite()
    yield site
    site.close()


class HeldLine:
    """What the server says waits until it is let go; what the browser says goes through."""

    def __init__(self, page: Page) -> None:
        self.is_held = False
        self._held: list[tuple[WebSocketRoute, str | bytes]] = []
        page.add_init_script(COUNT_SENT)
        page.route_web_socket(re.compile("/_stcore/stream"), self._route)

    def release(self) -> None:
        self.is_held = False
        for socket_route, message in self._held:
            socket_route.send(message)

    def _route(self, browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(lambda message: self._pass_on(browser, message))

    def _pass_on(self, browser: WebSocketRoute, message: str | bytes) -> None:
        if self.is_held:
            self._held.append((browser, message))
        else:
            browser.send(message)


def is_checked(product: Product) -> bool:
    with sqlite3.connect(product.data / "intake.db") as database:
        rows = database.execute("SELECT document FROM check_runs").fetchall()
    return bool(rows) and all('"state":"running"' not in row[0] for row in rows)


def wait_for_next_tick(page: Page) -> None:
    page.wait_for_function("before => window.sent > before", arg=page.evaluate("window.sent"))


def test_a_check_that_ends_while_the_answer_travels_leads_nowhere_back(
    own_product: Product, slow_site: SlowSite, open_page: OpenPage
) -> None:
    """
    The page's timer sends the address that the browser has: until the answer to a click is
    there, that is the step before, and a check that ended drew the whole page at it.
    """
    page = open_page("en")
    line = HeldLine(page)
    customer = Customer(page, "en", {"site": slow_site.address})
    customer.open(own_product.url)
    customer.choose("site-down")
    assert customer.walk("step-scope") == "step-scope"
    expect(page.locator(".st-key-live-web")).to_contain_text("We're testing")
    page.locator(".st-key-exact-since input").fill("14:20")
    line.is_held = True
    page.locator(".st-key-answer-scope button").first.click()
    page.locator(".st-key-next-scope button").click()
    wait_for_next_tick(page)
    slow_site.answer.set()
    while not is_checked(own_product):
        wait_for_next_tick(page)
    for _ in range(3):
        wait_for_next_tick(page)
    line.release()
    assert customer.arrive("step-scope") == "step-changed"
    expect(page.locator(".st-key-live-web")).to_contain_text("We tested")
    assert customer.screen() == "step-changed"
    assert "step=changed" in page.url
