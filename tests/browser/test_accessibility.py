"""Every screen for everybody: axe finds nothing, targets are large, nothing scrolls sideways."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import WIDTHS, Audit
from tests.browser.case_ends import walk_ends
from tests.browser.conftest import OpenPage, World
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS, send
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

LANGUAGES = ["ru", "en"]
SIZES = ["phone", "desktop"]
HEADING = '[data-testid="stMain"] :is(h2, h3)'
ARRIVED = """() => {
  const title = document.querySelector('[data-testid="stMain"] :is(h1, h2, h3)');
  return title && document.activeElement === title && document.title.startsWith(title.textContent)
    && document.getElementById("intake-live").textContent === title.textContent;
}"""
PARTS = ("problems", "preview", "tests", "drawing", "difference", "history", "figures")


@dataclass
class AuditedCustomer(Customer):
    """A customer whose every screen is looked at."""

    audit: Audit | None = None

    def answer_current(self, screen: str) -> str:
        self.look_at(screen)
        return super().answer_current(screen)

    def look_at(self, screen: str) -> None:
        assert self.audit is not None
        expect(self.page.locator(HEADING).first).to_be_visible()
        self.audit.look_at(screen)


def make_page(open_page: OpenPage, language: str, size: str) -> Page:
    return open_page(language, {"width": WIDTHS[size], "height": 800})


@pytest.mark.long  # every page three times over: a minute each
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customers_way_is_for_everybody(
    product: Product, world: World, open_page: OpenPage, language: str, size: str
) -> None:
    page = make_page(open_page, language, size)
    audit = Audit(page)
    customer = AuditedCustomer(
        page, language, {"site": world.broken_site, **SITE_ANSWERS}, audit=audit
    )
    customer.open(product.url)
    customer.look_at("landing")
    customer.choose("site-down")
    hint(customer)
    customer.walk("review")
    customer.look_at("review")
    page.locator(".st-key-person button").click()
    customer.arrive("review")
    customer.look_at("person")
    page.go_back()
    customer.arrive("person")
    address = page.url
    customer.fill_review()
    send(customer)
    customer.look_at("sent")
    page.goto(f"{product.url}/t/{address.split('case=')[1].split('&')[0]}")
    audit.look_at("ticket page")
    page.goto(f"{product.url}/?case=nobody-knows-this-one&lang={language}")
    expect(page.locator('[class*="st-key-screen-lost"]').first).to_be_visible()
    customer.look_at("lost")
    page.goto(f"{product.url}/person?lang={language}")
    expect(page.locator("form")).to_be_visible()
    audit.look_at("person without a script")
    page.goto(f"{product.url}/nothing-here")
    audit.look_at("not found")
    assert not audit.found, audit.report


def hint(customer: AuditedCustomer) -> None:
    """The first question with an answer that says too little."""
    page = customer.page
    page.locator(".st-key-answer-site input").fill("http://")
    page.locator(".st-key-next-site button").click()
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    customer.look_at("hint")


@pytest.mark.long  # every page three times over: a minute each
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ends_of_a_case_are_for_everybody(
    product: Product, world: World, open_page: OpenPage, language: str, size: str
) -> None:
    page = make_page(open_page, language, size)
    audit = Audit(page)
    for screen in walk_ends(product, world, page, language):
        audit.look_at(screen)
    assert not audit.found, audit.report


@pytest.mark.long  # every page three times over: a minute each
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_staff_and_authors_are_for_everybody(
    product: Product, open_page: OpenPage, language: str, size: str
) -> None:
    page = make_page(open_page, language, size)
    audit = Audit(page)
    page.goto(f"{product.url}/staff?lang={language}")
    audit.look_at("sign in")
    page.goto(product.staff_link)
    page.goto(f"{product.url}/inbox?lang={language}")
    expect(page.locator('[data-testid="stMain"] h2').first).to_be_visible()
    audit.look_at("inbox")
    ticket = page.locator(".st-key-tickets button").first
    if ticket.count():
        ticket.click()
        expect(page.locator(".st-key-answers")).to_be_visible()
        audit.look_at("ticket")
    page.goto(f"{product.url}/studio?lang={language}")
    expect(page.locator(".st-key-files button").first).to_be_visible()
    audit.look_at("studio")
    for part in PARTS:
        page.goto(f"{product.url}/studio?file=something-else&part={part}&lang={language}")
        expect(page.locator(f".st-key-studio-part-{part}")).to_be_visible()
        expect(page.locator(f".st-key-studio-part-{part} > *").first).to_be_visible()
        audit.look_at(f"studio {part}")
    assert not audit.found, audit.report


def test_each_new_screen_takes_the_focus_and_is_told(
    product: Product, world: World, open_page: OpenPage
) -> None:
    """Its heading has the focus, the document's title says it, a reader hears it."""
    page = open_page("en")
    customer = Customer(page, "en", {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(product.url)
    screen = customer.choose("site-down")
    while screen != "review":
        page.wait_for_function(ARRIVED)
        screen = customer.answer_current(screen)
    page.wait_for_function(ARRIVED)


@pytest.mark.parametrize("letters", [17, 34], ids=["320 px", "letters twice as large"])
def test_nothing_scrolls_sideways(
    product: Product, world: World, open_page: OpenPage, letters: int
) -> None:
    page = open_page("ru", {"width": 320, "height": 640})
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.head.insertAdjacentHTML("
        f"'beforeend', '<style>html {{ font-size: {letters}px !important }}</style>'))"
    )
    audit = Audit(page, looks=())
    customer = AuditedCustomer(page, "ru", {"site": world.broken_site, **SITE_ANSWERS}, audit=audit)
    customer.open(product.url)
    customer.look_at("landing")
    customer.choose("site-down")
    customer.walk("review")
    customer.look_at("review")
    assert not audit.found, audit.report
