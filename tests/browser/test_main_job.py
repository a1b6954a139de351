"""From "my site is down" to one complete ticket, in a real browser, on real probes."""

from __future__ import annotations

import json
import re
import sqlite3
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, World
from tests.browser.product import Product
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SENT = {"en": "Sent: ", "ru": "Отправлено: "}
CAUSE_502 = {"en": "502", "ru": "502"}
SITE_RECORD = {
    "site", "scope", "since", "changed", "own-connection", "before", "solved-before", "lasted",
    "browser", "browser-changed", "other-browser", "error", "asked-before", "support-answered",
}  # fmt: skip
SERVER_RECORD = {
    "server", "ping", "opens-by-address", "opens-by-name", "panel", "ssh", "ftp",
    "own-connection", "account-state", "notices", "console",
}  # fmt: skip
SITE_ANSWERS: dict[str, object] = {
    "scope": 0,
    "since": "14:20",
    "changed": 1,
    "changed-details": "updated the WooCommerce plugin",
    "before": 3,
    "solved-before": "support restarted PHP",
    "lasted": "about 20 minutes",
    "support-answered": "ticket 48213: clear the cache",
    "email": "customer@example.com",
    "name": "Анна",
    "account": "C-1024",
}
SERVER_ANSWERS: dict[str, object] = {
    "account-state": 0,
    "console": 0,
    "since": 1,
    "changed": 0,
    "email": "customer@example.com",
}


def reference_on(page: Page, language: str) -> str:
    heading = page.locator("h2").first
    expect(heading).to_contain_text(SENT[language])
    return heading.inner_text().removeprefix(SENT[language]).strip()


def ticket_of(product: Product, reference: str) -> dict[str, object]:
    shown = product.command("tickets", "show", reference, "--json")
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)  # type: ignore[no-any-return]


def link_to_draft(product: Product, page: Page) -> str:
    """The link that "continue on another device" gives: it names the draft and no step of it."""
    token = parse_qs(urlsplit(page.url).query)["case"][0]
    return f"{product.url}/?case={token}"


def send(customer: Customer) -> str:
    customer.page.locator(".st-key-send button").click()
    customer.arrive("review")
    return reference_on(customer.page, customer.language)


def assert_complete(ticket: dict[str, object], record: set[str]) -> None:
    """Every item of record is in the ticket: filled, or marked as unknown."""
    items = {name: item for item in ticket["items"] for name in item["record"]}  # type: ignore[attr-defined]
    assert set(items) >= record
    for name, item in items.items():
        filled = item["answer"] not in (None, "", [])
        assert filled or item["source"] == "unknown", name
        assert item["display"]["en"], name
        assert item["display"]["ru"], name
    assert ticket["completeness"]["missing"] == []  # type: ignore[index]


@pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("en", PHONE, id="en-phone"),
        pytest.param("ru", DESKTOP, id="ru-desktop", marks=pytest.mark.long),
        pytest.param("en", DESKTOP, id="en-desktop", marks=pytest.mark.long),
        pytest.param("ru", PHONE, id="ru-phone", marks=pytest.mark.long),
    ],
)
def test_a_broken_site_becomes_a_ticket_that_staff_read(
    product: Product, world: World, open_page: OpenPage, language: str, size: dict[str, int]
) -> None:
    customer = Customer(
        open_page(language, size), language, {"site": world.broken_site, **SITE_ANSWERS}
    )
    strangers: list[str] = []
    customer.page.on("request", lambda one: strangers.append(one.url))
    customer.open(product.url)
    customer.choose("site-down")
    customer.walk("review")
    expect(customer.page.locator('[data-testid="stMain"]')).to_contain_text(CAUSE_502[language])
    reference = send(customer)

    assert customer.page.evaluate("document.documentElement.lang") == language
    assert customer.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert all(url.startswith((product.url, "data:", "blob:")) for url in strangers)

    ticket = ticket_of(product, reference)
    assert ticket["verdict"]["code"] == "http.bad_gateway"  # type: ignore[index]
    assert ticket["language"] == language
    assert_complete(ticket, SITE_RECORD)
    error = next(item for item in ticket["items"] if item["id"] == "error")  # type: ignore[attr-defined]
    assert (error["answer"], error["source"]) == ("error-502", "measured")

    staff = open_page("en", DESKTOP)
    staff.goto(product.staff_link.replace("http://localhost", "http://localhost"))
    staff.locator(f".st-key-open-{reference} button").click()
    shown = staff.locator('[data-testid="stMain"]')
    expect(shown).to_contain_text("http.bad_gateway")
    expect(shown).to_contain_text("updated the WooCommerce plugin")
    expect(shown).to_contain_text("customer@example.com")
    assert "token" not in staff.url


@pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("en", PHONE, id="en-phone"),
        pytest.param("ru", DESKTOP, id="ru-desktop", marks=pytest.mark.long),
    ],
)
def test_a_silent_server_becomes_a_ticket(
    product: Product, world: World, open_page: OpenPage, language: str, size: dict[str, int]
) -> None:
    customer = Customer(
        open_page(language, size), language, {"server": world.dead_server, **SERVER_ANSWERS}
    )
    customer.open(product.url)
    customer.choose("server-down")
    customer.walk("review")
    ticket = ticket_of(product, send(customer))
    assert_complete(ticket, SERVER_RECORD)
    measured = {item["id"]: item for item in ticket["items"]}  # type: ignore[attr-defined]
    assert measured["ping"]["source"] == "measured"
    assert measured["ssh"]["answer"] == "fails"
    assert not {"ping", "ssh", "ftp", "panel"} & set(customer.seen), "measured, yet asked"


def test_not_one_answer_is_lost_when_the_server_is_killed(
    product: Product, world: World, open_page: OpenPage
) -> None:
    customer = Customer(open_page("ru"), "ru", {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(product.url)
    customer.choose("site-down")
    customer.walk("step-changed")
    draft = link_to_draft(product, customer.page)

    product.kill()
    product.start()
    customer.page.reload()
    customer.walk("step-changed")  # at once: nothing is asked twice
    assert customer.seen.count("site") == 1

    # And without a reload: the browser comes back by itself, and the next click counts.
    next_button = customer.page.locator(".st-key-next-changed button")
    expect(next_button).to_be_visible()
    product.kill()
    product.start()
    expect(next_button).to_be_enabled()
    for step in ("changed", "before"):
        customer._fill(step, 1)
    next_button.click()
    screen = customer.arrive("step-changed")
    if screen == "step-restart-php":  # the check, killed twice, has only now found what to advise
        screen = customer.answer_current(screen)
    assert screen == "step-changed-details"

    # The link continues the draft on another device, in the customer's language.
    elsewhere = Customer(open_page("en", DESKTOP), "ru", customer.answers)
    elsewhere.open(draft)
    elsewhere.walk("review")
    assert not {"site", "scope", "since", "changed"} & set(elsewhere.seen)
    ticket = ticket_of(product, send(elsewhere))
    answers = {item["id"]: item["answer"] for item in ticket["items"]}  # type: ignore[attr-defined]
    assert answers["site"] == "shop.example"
    assert answers["changed"] == "update"


def test_a_number_that_was_shown_is_a_ticket_that_is_stored(
    own_product: Product, world: World, open_page: OpenPage
) -> None:
    customer = Customer(open_page("en"), "en", {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(own_product.url)
    customer.choose("site-down")
    customer.walk("review")
    customer.page.locator(".st-key-send button").click()
    reference = reference_on(customer.page, "en")  # the event: the number is on screen
    own_product.kill()
    own_product.start()
    assert ticket_of(own_product, reference)["reference"] == reference
    customer.page.reload()
    expect(customer.page.locator("h2").first).to_contain_text(reference)
    with sqlite3.connect(own_product.data / "intake.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_person_now_sends_what_is_there(
    product: Product, world: World, open_page: OpenPage
) -> None:
    customer = Customer(open_page("ru"), "ru", {"site": world.broken_site, "scope": 2})
    customer.open(product.url)
    customer.choose("site-down")
    customer.walk("step-changed")
    page = customer.page
    page.locator(".st-key-person button").click()
    customer.arrive("step-changed")
    page.locator(".st-key-person-send button").click()
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text("почту, телефон или мессенджер")
    page.locator(".st-key-person-contact input").fill("+7 900 000-00-00, Telegram")
    page.locator(".st-key-person-words textarea").fill("магазин лежит, теряем заказы")
    page.locator(".st-key-person-send button").click()
    customer.arrive("person")
    ticket = ticket_of(product, reference_on(page, "ru"))
    assert ticket["sent_as"] == "person-wanted"
    assert ticket["completeness"]["missing"]  # type: ignore[index]
    text = json.dumps(ticket, ensure_ascii=False)
    assert "+7 900 000-00-00" in text
    assert "теряем заказы" in text


def test_it_works_now_ends_without_a_ticket(
    own_product: Product, world: World, open_page: OpenPage
) -> None:
    customer = Customer(open_page("en"), "en", {"site": world.healthy_site, "scope": 0})
    customer.open(own_product.url)
    customer.choose("site-down")
    customer.walk("step-healthy-from-here")
    page = customer.page
    page.locator(".st-key-works_now-healthy-from-here button").click()
    assert customer.arrive("step-healthy-from-here") == "solved"
    assert own_product.command("tickets", "list").stdout.count("fine.example") == 0
    page.locator(".st-key-reopen button").click()
    assert re.match(r"step-\w+", customer.arrive("solved"))
