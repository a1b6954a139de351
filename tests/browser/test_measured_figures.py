"""The picture of a slow request, on the cause's screen and in the ticket: seen, said, and calm."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import Audit
from tests.browser.conftest import DESKTOP, OpenPage, needs_low_ports
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS, send
from tests.browser.walker import DRAWN, Customer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,  # three tries of a slow page
    pytest.mark.timeout(600),
    needs_low_ports,
]
PICTURE = "img.intake-figure"
SAID = {"en": "Server's answer: 3", "ru": "Ответ сервера: 3"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_where_the_time_goes_is_drawn(
    product: Product, late_site: str, open_page: OpenPage, language: str
) -> None:
    page = open_page(language)
    customer = Customer(page, language, {"site": late_site, **SITE_ANSWERS})
    customer.open(product.url)
    customer.answer_current(customer.choose("site-down"))
    expect(page.locator('[class*="st-key-live-web"] summary')).to_be_visible()  # it has ended
    page.wait_for_function(DRAWN)
    customer.walk("step-where-the-time-goes")
    picture = page.locator(PICTURE)
    expect(picture).to_be_visible()
    assert SAID[language] in (picture.get_attribute("alt") or "")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    audit = Audit(page)
    audit.look_at("a picture")
    assert not audit.found, audit.report
    customer.walk("review")
    reference = send(customer)
    staff = open_page(language, DESKTOP)
    staff.goto(product.staff_link)
    staff.goto(f"{product.url}/inbox?lang={language}&ticket={reference}")
    expect(staff.locator(f'[class*="st-key-chain-"] {PICTURE}')).to_be_visible()
