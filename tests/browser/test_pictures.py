"""The README's pictures, taken on a real walk: they show what there is (`make pictures`)."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, World
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS, send
from tests.browser.test_studio import Author
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
SIZE = {"width": 390, "height": 760}
STAFF_SIZE = {"width": 1280, "height": 860}
GAP = 24
SHOWN = ("step-scope", "step-restart-php", "step-changed", "review")


def picture(page: Page) -> Image.Image:
    page.mouse.move(0, 0)
    expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    framed = [ImageOps.expand(one, 1, "#c9d2de") for one in pictures]
    width = sum(one.width + GAP for one in framed) + GAP
    sheet = Image.new("RGB", (width, framed[0].height + 2 * GAP), "#eef2f7")
    left = GAP
    for one in framed:
        sheet.paste(one, (left, GAP))
        left += one.width + GAP
    return sheet


def show_what_was_tested(customer: Customer) -> None:
    page = customer.page
    expect(page.locator(".st-key-answer-scope button").first).to_be_attached()
    tested = page.locator('[data-testid="stExpander"] summary', has_text="shop.example")
    tested.click()
    expect(page.locator('[data-testid="stExpander"] li').first).to_be_visible()


def keep(image: Image.Image, name: str, folder: Path) -> None:
    image.quantize(128).save(folder / name, optimize=True)


@pytest.mark.long  # the same screens are walked by other tests
@pytest.mark.parametrize("language", ["en", "ru"])
def test_pictures_of_a_walk(
    own_product: Product, world: World, open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    """Written into docs/pictures when asked for, else only taken: the walk must still be there."""
    folder = PICTURES if "INTAKE_PICTURES" in os.environ else tmp_path
    answers = {"site": world.broken_site, **SITE_ANSWERS}
    customer = Customer(open_page(language, SIZE), language, answers)
    customer.open(own_product.url)
    screen, taken = customer.choose("site-down"), {}
    while screen != "review":
        if screen == "step-scope":
            show_what_was_tested(customer)
        if screen in SHOWN:
            taken[screen] = picture(customer.page)
        screen = customer.answer_current(screen)
    expect(customer.page.locator(".st-key-send button")).to_be_visible()
    taken["review"] = picture(customer.page)
    customer.fill_review()
    assert set(taken) == set(SHOWN)
    keep(side_by_side([taken[name] for name in SHOWN]), f"wizard-{language}.png", folder)

    reference = send(customer)
    staff = open_page(language, STAFF_SIZE)
    staff.goto(own_product.staff_link)
    staff.locator(f".st-key-open-{reference} button").click()
    expect(staff.locator('[data-testid="stMain"]')).to_contain_text("http.bad_gateway")
    keep(picture(staff), f"inbox-{language}.png", folder)


@pytest.mark.long  # the same screens are walked by other tests
@pytest.mark.parametrize("language", ["en", "ru"])
def test_picture_of_the_studio(
    own_product: Product, open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    """A mistake at its line, and what the author is offered."""
    folder = PICTURES if "INTAKE_PICTURES" in os.environ else tmp_path
    author = Author(open_page(language, STAFF_SIZE), own_product, "site-down")
    author.write(author.text.replace("kind: moment", "kind: momnet", 1))
    problem = author.page.locator('[class*="st-key-problem-error-"]')
    expect(problem).to_contain_text("momnet")
    problem.locator("button, a").first.click()  # the line's number: the text goes there
    keep(picture(author.page), f"studio-{language}.png", folder)


def test_every_picture_of_the_readme_is_there() -> None:
    readme = (PICTURES.parent.parent / "README.md").read_text(encoding="utf-8")
    assert "docs/pictures/wizard-en.png" in readme
    for name in ("wizard-en.png", "inbox-en.png", "studio-en.png"):
        assert (PICTURES / name).stat().st_size > 10_000
