"""Whatever a customer types: it breaks nothing, runs nothing, asks nobody, and reads as typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.product import Product
from tests.browser.test_main_job import reference_on
from tests.browser.walker import Customer
from tests.drafts.sample_pictures import png

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PNG = png()
LINES = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "**bold** :red[x] $x^2$ ![i](http://127.0.0.1:1/x.png)",
    "a -> b <- c -- d :smile: :material/home:",
    "https://evil.example/ www.evil.example evil@evil.example",
    "😀 <img src=x onerror=alert(1)> {{7*7}} ${7*7}",
    "1 < 2 & 3 > 2 \\ ` | ~~x~~ # y",
]
REVERSED = "abc\u202egnp.exe"
HIDDEN = "nul\x00bell\x07end"
TOO_LONG = "the cart stays empty " * 5_000  # over 100,000 characters


class Watch:
    """Notes what must not happen in a page: a dialog, a foreign request, a script's error."""

    def __init__(self, page: Page, home: str) -> None:
        self.seen: list[str] = []
        page.on("dialog", lambda one: (self.seen.append(f"dialog {one.message}"), one.dismiss()))  # type: ignore[call-overload]
        page.on("pageerror", lambda error: self.seen.append(f"error {error}"))
        page.on("request", lambda one: self._asked(one.url, home))

    def _asked(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.seen.append(f"request {url}")


def assert_readable(page: Page, lines: list[str]) -> None:
    """Every line stands there letter by letter, and none of it became a link, picture or tag."""
    page.wait_for_function(
        "lines => lines.every((line) => document.body.innerText.includes(line))", arg=lines
    )
    assert page.locator('a[href*="evil"], img[src*="127.0.0.1"], img[src="x"]').count() == 0
    assert page.locator("body script:not([src])").count() == 0
    assert "\u202e" not in page.locator("body").inner_text()


def test_hostile_text_stays_text_on_its_whole_way(
    product: Product, open_page: OpenPage, tmp_path: Path
) -> None:
    customer = Customer(open_page("en"), "en", {"what": "?", "email": "a@shop.example"})
    page = customer.page
    watch = Watch(page, product.url)
    customer.open(product.url)
    customer.choose("something-else")

    field = page.locator(".st-key-answer-what textarea")
    field.fill(TOO_LONG)
    page.locator(".st-key-next-what button").click()
    hint = page.locator('[data-testid="stAlert"]')
    expect(hint).to_contain_text("104 999")
    assert field.input_value() == TOO_LONG, "refused, and lost"

    field.fill("\n".join([*LINES, REVERSED, HIDDEN]))
    page.locator(".st-key-next-what button").click()
    assert customer.arrive("step-what") == "step-target"
    page.locator(".st-key-answer-target input").fill("<script>alert(2)</script>")
    page.locator(".st-key-exact-since input").fill("14:20")
    page.locator(".st-key-next-target button").click()
    expect(hint).to_be_visible()
    page.locator(".st-key-keep_as_is-target button").click()
    customer.arrive("step-target")

    picture = tmp_path / "<img src=x onerror=alert(1)>.png"
    picture.write_bytes(PNG)
    customer.answers |= {"screenshot": str(picture), "name": LINES[2], "account": LINES[1]}
    customer.walk("review")
    page.locator(".st-key-review summary").first.click()  # what was said is folded
    assert_readable(page, [*LINES, "abcgnp.exe", "nulbellend"])

    page.locator(".st-key-send button").click()
    customer.arrive("review")
    reference = reference_on(page, "en")
    token = re.search(r"case=([^&]+)", page.url)
    assert token
    page.goto(f"{product.url}/t/{token[1]}")
    assert_readable(page, LINES)

    assert not watch.seen
    assert_staff_can_read(product, open_page("ru", DESKTOP), reference)
    assert_every_form_is_sound(product, reference)


def assert_staff_can_read(product: Product, staff: Page, reference: str) -> None:
    watch = Watch(staff, product.url)
    staff.goto(product.staff_link)
    search = staff.locator(".st-key-inbox-find input")
    search.fill("<img src=x onerror=alert(3)> **x**")
    search.press("Enter")
    expect(staff.locator('[data-testid="stMain"]')).to_contain_text("**x**")
    search.fill(reference)
    search.press("Enter")
    staff.locator(f".st-key-open-{reference} button").click()
    expect(staff.locator(".st-key-answers")).to_be_visible()
    assert_readable(staff, LINES)
    assert not watch.seen


def assert_every_form_is_sound(product: Product, reference: str) -> None:
    shown = {
        form: product.command("tickets", "show", reference, "--format", form)
        for form in ("text", "markdown", "html", "json")
    }
    for form, command in shown.items():
        assert command.returncode == 0, f"{form}: {command.stderr}"
        assert "\u202e" not in command.stdout
        assert "\x00" not in command.stdout
    answers = {item["id"]: item["answer"] for item in json.loads(shown["json"].stdout)["items"]}
    assert answers["what"] == "\n".join([*LINES, "abcgnp.exe", "nulbellend"])
    assert answers["name"] == LINES[2]
    assert "<script>" not in shown["html"].stdout
    assert all(line in shown["text"].stdout for line in LINES)


def test_a_person_can_be_called_with_any_words(product: Product, open_page: OpenPage) -> None:
    customer = Customer(open_page("ru"), "ru", {})
    page = customer.page
    watch = Watch(page, product.url)
    customer.open(product.url)
    page.locator(".st-key-person button").click()
    customer.arrive("landing")
    page.locator(".st-key-person-contact input").fill("**x** <b>@evil.example\x00")
    page.locator(".st-key-person-words textarea").fill("\n".join([*LINES, REVERSED]))
    page.locator(".st-key-person-send button").click()
    assert customer.arrive("person") == "sent"
    reference = reference_on(page, "ru")
    staff = open_page("ru", DESKTOP)
    watch_staff = Watch(staff, product.url)
    staff.goto(product.staff_link)
    staff.locator(f".st-key-open-{reference} button").click()
    expect(staff.locator(".st-key-answers")).to_be_visible()
    assert_readable(staff, [*LINES, "**x** <b>@evil.example"])
    shown = product.command("tickets", "show", reference, "--json")
    assert "\\u202e" not in shown.stdout
    assert "\u202e" not in shown.stdout
    assert not watch.seen
    assert not watch_staff.seen
