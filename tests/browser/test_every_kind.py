"""Every kind of question and end, as a customer meets it on a phone; answers that don't fit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from intake.journey.checklist_paths import shipped_folder
from tests.browser.conftest import OpenPage
from tests.browser.product import Product
from tests.browser.walker import Customer

pytestmark = pytest.mark.browser
ANSWERS: dict[str, object] = {
    "site": "shop.example",
    "devices": 0,
    "logged-in": 0,
    "what": "502 since 14:20",
    "log": "upstream timed out",
    "visitors": "12 000",
    "since": 1,
    "lasted": "полчаса",
    "contract": "AB-123456",
    "phone": "+7 912 3456789",
    "email": "anna@mail.example",
    "browser": "Chrome 156",
}


@pytest.fixture(scope="module")
def product(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with the sample checklist among those that are offered."""
    folder = tmp_path_factory.mktemp("checklists")
    shutil.copytree(shipped_folder(), folder, dirs_exist_ok=True)
    sample = folder / "every-step.yaml"
    text = sample.read_text(encoding="utf-8")
    sample.write_text(text.replace("offered: false\n", ""), encoding="utf-8")
    settings = {"INTAKE_CHECKLISTS": str(folder), "INTAKE_RESOLVERS": "127.0.0.254:5"}
    product = Product(tmp_path_factory.mktemp("data"), settings, published=published)
    product.start()
    yield product
    product.stop()


def begin(product: Product, open_page: OpenPage, language: str, **answers: object) -> Customer:
    customer = Customer(open_page(language), language, {**ANSWERS, **answers})
    customer.open(product.url)
    customer.choose("every-step")
    return customer


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "ru"])
def test_every_kind_is_answered_and_read_back(
    product: Product, open_page: OpenPage, language: str
) -> None:
    customer = begin(product, open_page, language)
    for step in ("visitors", "lasted", "phone"):
        customer.walk(f"step-{step}")
        box = customer.page.locator(f".st-key-answer-{step}")
        expect(box.locator("input, button").first).to_be_visible()
        assert customer.page.evaluate("document.documentElement.scrollWidth") <= 360
    customer.walk("review")
    read_back = customer.page.locator(".st-key-review")
    visitors = "12,000 a day" if language == "en" else "12\u00a0000 в день"
    for part in ("shop.example", "AB-123456", "+7 912 345-67-89", "полчаса", visitors):
        expect(read_back).to_contain_text(part)


def test_an_answer_that_does_not_fit_is_explained_and_may_be_insisted_on(
    product: Product, open_page: OpenPage
) -> None:
    customer = begin(product, open_page, "ru", visitors="много", contract="12-34")
    customer.walk("step-visitors")
    page = customer.page
    page.locator(".st-key-answer-visitors input").fill("много")
    page.locator(".st-key-next-visitors button").click()
    expect(page.get_by_text("не число")).to_be_visible()
    page.locator(".st-key-answer-visitors input").fill("-5")
    page.locator(".st-key-next-visitors button").click()
    expect(page.get_by_text("Укажите число от 0.")).to_be_visible()
    page.locator(".st-key-keep_as_is-visitors button").click()
    customer.arrive("step-visitors")
    customer.walk("step-contract")
    page.locator(".st-key-answer-contract input").fill("12-34")
    page.locator(".st-key-next-contract button").click()
    expect(page.get_by_text("AB-123456")).to_be_visible()


def test_the_logic_is_told_under_why(product: Product, open_page: OpenPage) -> None:
    customer = begin(product, open_page, "en")
    customer.walk("step-lasted")
    customer.page.get_by_text("Why am I asked this?").click()
    expect(customer.page.get_by_text("Asked only if")).to_be_visible()


def test_a_checklist_may_hand_over_to_a_person(product: Product, open_page: OpenPage) -> None:
    customer = begin(product, open_page, "en", lasted="2 days")
    assert customer.walk("end-hand-over") == "end-hand-over"
    page = customer.page
    expect(page.get_by_text("That is too long: a person takes over.")).to_be_visible()
    page.locator("form input, [data-testid=stForm] input").first.fill("anna@mail.example")
    page.locator(".st-key-person-send button").click()
    assert customer.arrive("end-hand-over") == "sent"
