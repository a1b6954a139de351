"""The phone's Back and Forward move within the draft; the start page leads back into it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SAID = "mail to info@shop.example comes back with 550"
ANSWERS: dict[str, object] = {"what": SAID, "since": "14:20", "email": "customer@example.com"}


def begin(product: Product, page: Page) -> Customer:
    customer = Customer(page, "en", ANSWERS)
    customer.open(product.url)
    customer.choose("something-else")
    return customer


def go(customer: Customer, direction: str, before: str) -> str:
    getattr(customer.page, f"go_{direction}")()
    return customer.arrive(before)


def test_back_goes_one_step_back_and_forward_returns(product: Product, open_page: OpenPage) -> None:
    page = open_page("en")
    customer = begin(product, page)
    customer.walk("review")
    for before, step in (("review", "step-target"), ("step-target", "step-what")):
        assert go(customer, "back", before) == step
    expect(page.locator(".st-key-answer-what textarea")).to_have_value(SAID)
    assert go(customer, "forward", "step-what") == "step-target"
    expect(page.locator(".st-key-exact-since input")).to_have_value("14:20")

    # A reload keeps the place, and what is answered from here goes on from here.
    page.reload()
    expect(page.locator(".st-key-exact-since input")).to_have_value("14:20")
    page.locator(".st-key-next-target button").click()
    assert customer.arrive("step-target") == "review"

    # From the review, Back is the last question; Forward is the review again.
    assert go(customer, "back", "review") == "step-target"
    assert go(customer, "forward", "step-target") == "review"


def test_a_link_to_a_draft_has_its_step_in_the_history(
    product: Product, open_page: OpenPage
) -> None:
    first = begin(product, open_page("en"))
    token = first.page.url.partition("case=")[2].partition("&")[0]
    page = open_page("en")
    customer = Customer(page, "en", ANSWERS)
    customer.open(f"{product.url}/?case={token}")
    page.wait_for_function("() => location.search.includes('step=what')")
    customer.answer_current("step-what")
    assert go(customer, "back", "step-target") == "step-what"
    expect(page.locator(".st-key-answer-what textarea")).to_have_value(SAID)


def test_the_start_page_offers_to_continue_or_to_start_over(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("en")
    customer = begin(product, page)
    customer.walk("step-target")
    for before in ("step-target", "step-what"):
        landing = go(customer, "back", before)
    assert landing == "landing"
    expect(page.locator(".st-key-continue")).to_contain_text("Something else")
    page.locator(".st-key-continue-draft button").click()
    assert customer.arrive("landing") == "step-target"

    # The browser knows it, not only the tab.
    later = page.context.new_page()
    later.goto(product.url)
    later.locator(".st-key-start-over button").click()
    expect(later.locator(".st-key-continue")).to_have_count(0)
    later.reload()
    expect(later.locator(".st-key-begin-something-else")).to_be_visible()
    expect(later.locator(".st-key-continue")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_who_starts_over_leaves_nothing_typed_on_the_computer(
    product: Product, open_page: OpenPage
) -> None:
    """It stayed in the browser's store for a day, for whoever sat down next."""
    page = open_page("en")
    begin(product, page)
    page.locator(".st-key-answer-what textarea").fill(SAID)
    kept = "Object.keys(localStorage).filter(key => key.startsWith('intake:')).length"
    page.wait_for_function(f"() => {kept} === 1")
    page.goto(product.url)
    page.locator(".st-key-start-over button").click()
    page.wait_for_function(f"() => {kept} === 0")
    expect(page.locator(".st-key-continue")).to_have_count(0)
    # Nor does the history lead into the draft: as a visit of its own, as after a reload.
    page.go_back()
    page.wait_for_function("() => !location.search.includes('case=')")
    expect(page.locator(".st-key-begin-something-else")).to_be_visible()


def test_a_sent_draft_is_not_offered_again(product: Product, open_page: OpenPage) -> None:
    page = open_page("en")
    customer = begin(product, page)
    customer.walk("review")
    page.locator(".st-key-send button").click()
    customer.arrive("review")
    page.wait_for_function("() => !document.cookie.includes('intake_draft')")
    page.locator(".st-key-new button").click()
    assert customer.arrive("sent") == "landing"
    expect(page.locator(".st-key-continue")).to_have_count(0)
