"""The pictures of docs/tour.md: every screen, English beside Russian (`make pictures`)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.case_ends import walk_ends
from tests.browser.conftest import OpenPage, World, needs_low_ports
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS, send
from tests.browser.test_pictures import PICTURES, keep, picture, side_by_side
from tests.browser.test_studio import Author
from tests.browser.walker import DRAWN, Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), needs_low_ports]

TOUR = PICTURES.parent / "tour.md"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 860}
LANGUAGES = ("en", "ru")
NAMED = re.compile(r"\(pictures/tour/([\w-]+)\.png\)")
HEADING = '[data-testid="stMain"] :is(h2, h3)'
BROKEN = ("kind: moment", "kind: momnet")


@dataclass
class Album:
    """What was photographed, by screen and language."""

    taken: dict[str, dict[str, Image.Image]] = field(default_factory=dict)

    def take(self, page: Page, name: str, language: str) -> None:
        self.taken.setdefault(name, {})[language] = picture(page)

    def keep(self) -> None:
        """Into the documentation when asked for; each screen in both languages on one sheet."""
        if "INTAKE_PICTURES" not in os.environ:
            return
        folder = PICTURES / "tour"
        folder.mkdir(exist_ok=True)
        for name, pictures in self.taken.items():
            ordered = [pictures[language] for language in LANGUAGES]
            wide = ordered[0].width > PHONE["width"]
            sheet = side_by_side([_half(one) for one in ordered] if wide else ordered)
            keep(sheet, f"{name}.png", folder)


def _half(image: Image.Image) -> Image.Image:
    """A desktop's screen at three fifths, so that two stand beside each other."""
    return image.resize((image.width * 3 // 5, image.height * 3 // 5), Image.Resampling.LANCZOS)


def named_screens(part: str) -> set[str]:
    """The pictures that a part of the page shows."""
    parts = re.split(r"^## ", TOUR.read_text(encoding="utf-8"), flags=re.MULTILINE)
    [wanted] = [text for text in parts if text.startswith(part)]
    return set(NAMED.findall(wanted))


@pytest.mark.long  # the same screens are walked by other tests
def test_the_tour_of_a_customer(
    own_product: Product, world: World, open_page: OpenPage, late_site: str
) -> None:
    album = Album()
    for language in LANGUAGES:
        _walk_as_customer(own_product, world, open_page(language, PHONE), language, album)
        page = open_page(language, PHONE)
        for name in walk_ends(own_product, world, page, language):
            album.take(page, name, language)
        _look_at_a_slow_site(own_product, late_site, open_page(language, PHONE), language, album)
    assert set(album.taken) == named_screens("For customers")
    album.keep()


def _walk_as_customer(
    product: Product, world: World, page: Page, language: str, album: Album
) -> None:
    customer = Customer(page, language, {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(product.url)
    expect(page.locator(".st-key-begin-site-down")).to_be_visible()
    album.take(page, "start", language)
    screen = customer.choose("site-down")
    names = {
        "step-site": "target",
        "step-restart-php": "cause",
        "step-scope": "page",
        "step-changed": "history",
    }
    while screen != "review":
        expect(page.locator(HEADING).first).to_be_visible()
        if screen in names:
            _settle(customer, screen)
            album.take(page, names[screen], language)
        screen = customer.answer_current(screen)
    customer.fill_review()
    page.locator(HEADING).first.scroll_into_view_if_needed()
    album.take(page, "review", language)
    draft = page.url.split("case=")[1].split("&")[0]
    page.locator(".st-key-person button").click()
    customer.arrive("review")
    expect(page.locator(".st-key-person-back button, .st-key-back button").first).to_be_visible()
    album.take(page, "person", language)
    page.go_back()
    customer.arrive("person")
    customer.fill_review()
    send(customer)
    album.take(page, "sent", language)
    page.goto(f"{product.url}/t/{draft}?lang={language}")
    album.take(page, "ticket-of-ones-own", language)
    page.goto(f"{product.url}/?case=nobody-knows-this-one&lang={language}")
    expect(page.locator('[class*="st-key-screen-lost"]').first).to_be_visible()
    expect(page.locator(HEADING).first).to_be_visible()
    album.take(page, "expired-link", language)
    page.goto(f"{product.url}/nothing-here")
    album.take(page, "not-found", language)


def _look_at_a_slow_site(
    product: Product, site: str, page: Page, language: str, album: Album
) -> None:
    """A cause with its picture, and own words that say too little to choose."""
    customer = Customer(page, language, {"site": site, **SITE_ANSWERS})
    customer.open(f"{product.url}/?lang={language}")
    page.locator(".st-key-own-words textarea").fill({"en": "hi", "ru": "привет"}[language])
    page.locator(".st-key-own-words-next button").click()
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    album.take(page, "own-words", language)
    customer.open(f"{product.url}/?lang={language}")
    customer.answer_current(customer.choose("site-down"))
    expect(page.locator('[class*="st-key-live-web"] summary')).to_be_visible()
    page.wait_for_function(DRAWN)
    customer.walk("step-where-the-time-goes")
    expect(page.locator("img.intake-figure")).to_be_visible()
    page.locator("img.intake-figure").scroll_into_view_if_needed()
    album.take(page, "cause-drawn", language)


def _settle(customer: Customer, screen: str) -> None:
    """All of the screen is drawn: its way on is there."""
    step = screen.removeprefix("step-")
    ways_on = ", ".join(
        f".st-key-{way}-{step} button" for way in ("next", "still_broken", "confirm_yes")
    )
    choices = f".st-key-choices-{step} button"
    expect(customer.page.locator(f"{ways_on}, {choices}").first).to_be_visible()


@pytest.mark.long  # see above
def test_the_tour_of_staff(own_product: Product, world: World, open_page: OpenPage) -> None:
    album = Album()
    customer = Customer(open_page("ru"), "ru", {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(own_product.url)
    customer.choose("site-down")
    customer.walk("review")
    reference = send(customer)
    for language in LANGUAGES:
        page = open_page(language, DESKTOP)
        page.goto(f"{own_product.url}/staff?lang={language}")
        album.take(page, "sign-in", language)
        page.goto(own_product.staff_link)
        page.goto(f"{own_product.url}/inbox?lang={language}&ticket={reference}")
        expect(page.locator(".st-key-answers")).to_be_visible()
        album.take(page, "inbox", language)
        page.goto(f"{own_product.url}/studio?lang={language}")
        expect(page.locator(".st-key-file-desk button")).to_be_visible()
        album.take(page, "checklists", language)
        _look_at_parts(page, own_product, language, album)
    assert set(album.taken) == named_screens("For staff")
    album.keep()


def _look_at_parts(page: Page, product: Product, language: str, album: Album) -> None:
    shown: dict[str, Callable[[Page], None]] = {
        "preview": lambda page: expect(page.locator(".st-key-phone h2")).to_be_visible(),
        "tests": lambda page: expect(page.locator(".st-key-test-passed-0")).to_be_visible(),
        "drawing": lambda page: expect(page.locator(".st-key-studio-picture img")).to_be_visible(),
        "history": lambda page: expect(
            page.locator('[class*="st-key-version-"]').first
        ).to_be_visible(),
        "figures": lambda page: expect(
            page.locator(".st-key-studio-part-figures table")
        ).to_be_visible(),
    }
    for part, wait in shown.items():
        page.goto(f"{product.url}/studio?file=site-down&part={part}&lang={language}")
        wait(page)
        album.take(page, f"studio-{part}", language)
    author = Author(page, product, "something-else", language)
    page.goto(f"{product.url}/studio?file=something-else&lang={language}")
    expect(author.source).to_have_value(re.compile("checklist:"))
    good = author.text
    author.write(good.replace(*BROKEN, 1))
    problem = page.locator('[class*="st-key-problem-error-"]')
    expect(problem).to_contain_text("momnet")
    problem.locator("button").first.click()
    album.take(page, "studio-problems", language)
    author.write(good)
    expect(problem).to_have_count(0)


def test_every_picture_of_the_tour_is_there() -> None:
    names = NAMED.findall(TOUR.read_text(encoding="utf-8"))
    assert len(names) == len(set(names)) > 15
    kept = {path.stem for path in (PICTURES / "tour").glob("*.png")}
    assert kept == set(names)
    assert all((Path(PICTURES) / "tour" / f"{name}.png").stat().st_size > 4_000 for name in names)
