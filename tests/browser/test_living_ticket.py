"""After sending, on a phone: the link takes a line, a file, the good news and one tap about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def send(product: Product, page: Page, words: str) -> str:
    """A ticket, sent at once; returns the draft's token."""
    form: dict[str, str | float | bool] = {
        "contact": "anna@mail.example",
        "words": words,
        "lang": "en",
    }
    answer = page.request.post(f"{product.url}/person", form=form, max_redirects=0)
    return answer.headers["location"].partition("case=")[2].partition("&")[0]


def open_sent(product: Product, page: Page, token: str) -> None:
    Customer(page, "en", {}).open(f"{product.url}/?case={token}&lang=en")
    expect(page.locator(".st-key-talk-add button")).to_be_visible()


def test_a_line_a_file_the_good_news_and_a_rating(
    product: Product, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("en")
    token = send(product, page, "it fails since 14:20")
    open_sent(product, page, token)
    page.locator('[data-testid="stForm"] textarea').fill("It fails on phones too")
    page.locator('[data-testid="stForm"] summary').click()
    (tmp_path / "log.txt").write_text("502 Bad Gateway")
    page.locator('[data-testid="stForm"] input[type=file]').set_input_files(tmp_path / "log.txt")
    expect(page.locator('[data-testid="stFileChip"]')).to_be_visible()
    page.locator(".st-key-talk-add button").click()
    entry = page.locator('[class*="st-key-entry-"]')
    expect(entry).to_contain_text("It fails on phones too")
    expect(entry).to_contain_text("log.txt")
    answered = page.locator('[data-testid="stForm"] textarea')
    expect(answered).to_have_count(1)  # the form before it goes as the next one comes
    expect(answered).to_have_value("")
    page.locator(".st-key-works-again button").click()
    page.locator(".st-key-rate-good button").click()
    expect(page.get_by_text("Thank you, noted.")).to_be_visible()

    # The same in plain HTML: what was said, and one more line without a script.
    plain = open_page("en", java_script_enabled=False)
    plain.goto(f"{product.url}/t/{token}?lang=en")
    expect(plain.locator(".entries")).to_contain_text("It fails on phones too")
    expect(plain.locator(".entries a")).to_have_text("log.txt")
    plain.locator("#talk-words").fill("It is down again")
    plain.locator(".talk form[enctype] button").click()
    expect(plain.locator(".note")).to_have_text("Added to the ticket.")
    expect(plain.locator(".talk")).to_contain_text("State: open")
    # The other screen learns of it by itself, as soon as somebody looks at it again.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(entry.last).to_contain_text("It is down again")
    expect(page.locator("#intake-live")).to_contain_text("State: open")


def test_the_same_site_once_more_is_added_to_the_open_ticket(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("en")
    open_sent(product, page, send(product, page, "again.example does not open"))
    sent = page.locator("h2").first.inner_text()
    # A tab that knows nothing of the first one but the browser's cookie.
    page.wait_for_function("document.cookie.includes('intake_sent=')")
    other = page.context.new_page()
    customer = Customer(other, "en", {"site": "www.again.example"})
    customer.open(product.url)
    customer.choose("site-down")
    assert customer.answer_current(customer.screen()) == "again"
    expect(other.locator("h2").first).to_contain_text("You wrote about again.example at ")
    other.locator(".st-key-again-add button").click()
    assert customer.arrive("again") == "sent"
    expect(other.locator("h2").first).to_have_text(sent)
    expect(other.locator('[class*="st-key-entry-"]')).to_contain_text("www.again.example")
