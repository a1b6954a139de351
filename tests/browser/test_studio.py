"""An author in the studio, customers in their wizard: changes arrive whole, or not at all."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.product import Product
from tests.browser.test_main_job import reference_on, ticket_of
from tests.browser.walker import DRAWN, Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

BEFORE = "  - ask: screenshot\n"
QUESTION = """\
  - ask: moved
    kind: yes-no
    show-if: {web.cause: dns.nxdomain}
    text:
      en: "Say whether the domain was moved to another registrar lately"
      ru: "Отметьте, переносили ли домен к другому регистратору"
    short: {en: "Domain moved", ru: "Домен переносили"}
    why: {en: "A move takes a day to show everywhere.", ru: "Перенос виден не сразу."}

"""
EN = "Say whether the domain was moved to another registrar lately"
RU = "Отметьте, переносили ли домен к другому регистратору"
ANSWERS: dict[str, object] = {
    "what": "the shop can't be found since 14:20",
    "target": "gone.shop.example",
    "since": "14:20",
    "email": "customer@example.com",
    "moved": 0,
}


class Author:
    """Somebody in the studio, on one file."""

    def __init__(self, page: Page, product: Product, name: str, language: str = "en") -> None:
        self.page, self.product, self.language = page, product, language
        self.begun: set[str] = set()
        page.goto(product.staff_link)
        self.open(name)

    def open(self, name: str) -> None:
        """Open a file from the list."""
        self.page.goto(f"{self.product.url}/studio")
        self.page.locator(f".st-key-file-{file_key(name)} button").click()
        self.arrive(name.removesuffix(".yaml"))
        expect(self.source).to_have_value(re.compile("checklist:|section:"))

    def arrive(self, name: str) -> None:
        """Wait for the page of a file, and for the former one's parts to be gone."""
        expect(self.page.locator(".st-key-studio-head h2")).to_have_text(name)
        expect(self.source).to_have_count(1)
        # The heading is drawn before the text of the file below it.
        last = re.escape(name.rpartition("/")[2])
        expect(self.source).to_have_value(re.compile(rf"(?:checklist|section): {last}\b"))

    def begin(self, name: str, text: str) -> None:
        """Make a new file with this text, and come back to the one that was open."""
        before = self.page.url
        self.page.goto(f"{self.product.url}/studio")
        self.page.locator('[data-testid="stExpander"] summary').click()
        self.page.locator(".st-key-add-name input").fill(name.removesuffix(".yaml"))
        self.button("add-create").click()
        expect(self.source).to_have_value(re.compile("^# What these steps"))
        self.write(text)
        # The field holds it at once; that nothing uses the file yet is told of what was kept.
        first_line = text.partition("\n")[0]
        expect(self.page.locator(".st-key-studio-part-problems")).to_contain_text(first_line)
        self.begun.add(name)
        self.page.goto(before)
        expect(self.source).to_have_value(re.compile("checklist:|section:"))
        # What is typed before the page is whole is drawn over by what was kept.
        self.page.wait_for_function(DRAWN)

    def has_begun(self, name: str) -> bool:
        return name in self.begun

    def publish_with(self, name: str) -> None:
        """Choose another file with unpublished changes to go live together with this one."""
        wanted = name.removesuffix(".yaml")
        self.page.locator(".st-key-publish-together button", has_text=wanted).click()
        expect(self.button(f"companion-{file_key(name)}")).to_be_visible()

    def write_clean(self, text: str, what: str) -> None:
        """Type a text in which nothing is wrong; `what` says which, where something is."""
        self.write(text)
        clean = self.page.locator(".st-key-studio-part-problems")
        clean_words = {"en": "No mistakes found.", "ru": "Ошибок нет."}[self.language]
        expect(clean, what).to_contain_text(clean_words)
        expect(self.source).to_have_value(text)

    @property
    def source(self) -> Locator:
        """The field of the text; the former file's stays, stale, until the page is whole."""
        return self.page.locator('.st-key-studio-source [data-stale="false"] textarea')

    @property
    def text(self) -> str:
        return self.source.input_value()

    def write(self, text: str) -> None:
        self.source.fill(text)
        self.source.press("Control+Enter")

    def look_at(self, part: str) -> None:
        parts = self.page.locator(".st-key-studio-part button")
        parts.filter(has_text=part).click()

    def publish(self, note: str) -> None:
        self.page.locator(".st-key-publish-note input").fill(note)
        self.button("publish").click()
        expect(self.page.locator(".st-key-studio-published")).to_be_visible()

    def button(self, key: str) -> Locator:
        return self.page.locator(f".st-key-{key} button")


def file_key(name: str) -> str:
    return name.removesuffix(".yaml").replace("/", "-")


def live_of(product: Product, file: str) -> list[tuple[str, str, str]]:
    with sqlite3.connect(product.data / "intake.db") as database:
        return database.execute(
            "SELECT version, who, note FROM publications WHERE file = ? ORDER BY id", (file,)
        ).fetchall()


def first_version_of(product: Product, file: str) -> int:
    """The number of the version that the product came with."""
    with sqlite3.connect(product.data / "intake.db") as database:
        row = database.execute("SELECT min(id) FROM publications WHERE file = ?", (file,))
        number: int = row.fetchone()[0]
    return number


def test_a_question_is_broken_mended_tried_and_published(
    own_product: Product, open_page: OpenPage
) -> None:
    early = Customer(open_page("en"), "en", ANSWERS)
    early.open(own_product.url)
    early.choose("something-else")
    assert early.answer_current("step-what") == "step-target"

    author = Author(open_page("en", DESKTOP), own_product, "something-else")
    page = author.page
    good = author.text
    broken = good.replace("kind: moment", "kind: momnet")
    line = broken[: broken.index("momnet")].count("\n") + 1
    author.write(broken)
    problem = page.locator('[class*="st-key-problem-error-"]')
    expect(problem).to_contain_text(f"Line {line}")
    expect(problem.locator("pre")).to_contain_text(f"{line} |     kind: momnet")
    expect(problem.locator("pre")).to_contain_text("^^^^^^")
    expect(page.locator(".st-key-publish button")).to_be_disabled()
    assert len(live_of(own_product, "something-else")) == 1
    page.locator('[class*="st-key-mend-"] button').click()
    expect(problem).to_have_count(0)
    expect(author.source).to_have_value(good)

    added = good.replace(BEFORE, QUESTION + BEFORE)
    author.source.fill(added)
    author.look_at("Tests")  # straight from the text: this click keeps it, and must count too
    failing = page.locator('[class*="st-key-test-failed-"]')
    expect(failing).to_contain_text("it doesn't end: moved is not answered")
    expect(page.locator(".st-key-studio-part + *")).to_contain_text("tests passing: 1 of 2")
    expect(page.locator(".st-key-publish button")).to_be_disabled()
    author.write(added.replace("since: today, email", 'since: today, moved: "no", email'))
    expect(failing).to_have_count(0)
    expect(page.locator(".st-key-publish button")).to_be_enabled()
    try_it(author)

    author.publish("asks about a move")
    expect(page.locator(".st-key-studio-published")).to_contain_text("Published.")
    [first, second] = live_of(own_product, "something-else")
    assert second[1:] == ("studio", "asks about a move")
    own = (own_product.data / "checklists" / "something-else.yaml").read_text(encoding="utf-8")
    assert own == author.text

    finishes_on(own_product, early, first[0])
    gets_the_new_question(own_product, open_page("ru"), second[0])


def finishes_on(product: Product, early: Customer, version: str) -> None:
    """Who began before the publishing."""
    early.walk("review")
    assert "moved" not in early.seen
    early.page.locator(".st-key-send button").click()
    early.arrive("review")
    assert version_of(product, reference_on(early.page, "en")) == version


def gets_the_new_question(product: Product, page: Page, version: str) -> None:
    """Who comes after it."""
    late = Customer(page, "ru", ANSWERS)
    late.open(product.url)
    late.choose("something-else")
    while (screen := late.screen()) not in {"step-moved", "review"}:
        late.answer_current(screen)
    expect(page.locator("h2").first).to_have_text(RU)
    late.walk("review")
    page.locator(".st-key-send button").click()
    late.arrive("review")
    assert version_of(product, reference_on(page, "ru")) == version


def try_it(author: Author) -> None:
    """Walk the preview in both languages; the new question is there when the name is missing."""
    page = author.page
    author.look_at("Preview")
    phone = page.locator(".st-key-phone")
    choose(page, "pretend-web", "dns.nxdomain")
    expect(phone.locator("h2")).to_contain_text("Write what you do")
    phone.locator("textarea").fill("the shop can't be found since 14:20")
    phone.locator(".st-key-preview-next-what button").click()
    phone.locator(".st-key-answer-target input").fill("shop.example")
    phone.locator(".st-key-exact-since input").fill("14:20")
    phone.locator(".st-key-preview-next-target button").click()
    expect(phone.locator("h2")).to_have_text(EN)
    assert phone.bounding_box()["width"] <= 360  # type: ignore[index]
    page.locator(".st-key-preview-language button").filter(has_text="Русский").click()
    expect(phone.locator("h2")).to_have_text(RU)
    # Found nothing: the question isn't asked.
    choose(page, "pretend-web", "found nothing wrong")
    expect(phone.locator("h2")).to_have_text("Это уйдёт в поддержку")


def choose(page: Page, key: str, option: str) -> None:
    page.locator(f".st-key-{key} input").click()
    page.locator(f".st-key-{key} input").fill(option)
    page.get_by_role("option", name=option).first.click()


def version_of(product: Product, reference: str) -> str:
    checklist = ticket_of(product, reference)["checklist"]
    assert isinstance(checklist, dict)
    return str(checklist["version"])


@pytest.mark.long
def test_what_an_author_typed_outlives_the_tab_and_the_server(
    own_product: Product, open_page: OpenPage
) -> None:
    author = Author(open_page("ru", DESKTOP), own_product, "something-else")
    half = author.text.replace('en: "Something else"', 'en: "Something else <b>**x**</b>"')
    author.write(half)
    author.look_at("Отличия")
    expect(author.page.locator(".st-key-studio-part-difference pre")).to_contain_text("<b>**x**")
    own_product.kill()
    own_product.start()
    again = Author(open_page("ru", DESKTOP), own_product, "something-else")
    expect(again.source).to_have_value(half)
    again.button("give-up").click()
    expect(again.source).not_to_have_value(re.compile("<b>"))


@pytest.mark.long
def test_a_change_by_hand_is_shown_before_it_is_overwritten(
    own_product: Product, open_page: OpenPage
) -> None:
    author = Author(open_page("en", DESKTOP), own_product, "something-else")
    page = author.page
    author.write(author.text.replace('en: "Something else"', 'en: "Anything else"'))
    author.publish("first")
    expect(page.locator(".st-key-studio-published")).to_be_visible()

    mine = author.text.replace('en: "Anything else"', 'en: "All else"')
    author.write(mine)
    path = own_product.data / "checklists" / "something-else.yaml"
    by_hand = path.read_text(encoding="utf-8").replace('en: "Anything else"', 'en: "By hand"')
    path.write_text(by_hand, encoding="utf-8")
    author.button("check").click()
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text("changed on disk")
    expect(author.button("publish")).to_be_disabled()
    author.button("moved-mine").click()
    expect(author.button("publish")).to_be_enabled()
    author.publish("mine after all")
    expect(page.locator(".st-key-studio-published")).to_be_visible()
    assert path.read_text(encoding="utf-8") == mine

    # And back again, from the history.
    author.look_at("History")
    author.button(f"roll-back-{first_version_of(own_product, 'something-else')}").click()
    expect(author.source).to_have_value(re.compile('en: "Something else"'))
    visitor = open_page("en")
    visitor.goto(own_product.url)
    expect(visitor.locator(".st-key-begin-something-else")).to_contain_text("Something else")


def test_a_new_checklist_begins_good_and_is_offered_once_published(
    own_product: Product, open_page: OpenPage
) -> None:
    page = open_page("en", PHONE)
    page.goto(own_product.staff_link)
    page.goto(f"{own_product.url}/studio")
    page.locator('[data-testid="stExpander"] summary').click()
    page.locator(".st-key-add-name input").fill("../Evil name")
    page.locator(".st-key-add-create button").click()
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text("small Latin letters")
    page.locator(".st-key-add-name input").fill("parcel-lost")
    page.locator(".st-key-add-create button").click()
    expect(page.locator(".st-key-studio-source textarea")).to_have_value(
        re.compile("checklist: parcel-lost"),
    )
    visitor = open_page("en")
    visitor.goto(own_product.url)
    expect(visitor.locator(".st-key-begin-site-down")).to_be_visible()
    assert visitor.locator(".st-key-begin-parcel-lost").count() == 0
    source = page.locator(".st-key-studio-source textarea")
    source.fill(re.sub("offered: false.*\n", "", source.input_value()))
    source.press("Control+Enter")
    page.locator(".st-key-publish button").click()
    expect(page.locator(".st-key-studio-published")).to_be_visible()
    visitor.reload()
    visitor.locator(".st-key-problems summary").click()  # six stand at the start, the rest folded
    expect(visitor.locator(".st-key-begin-parcel-lost")).to_be_visible()


def test_strangers_get_no_studio(product: Product, open_page: OpenPage) -> None:
    page = open_page("en")
    for address in ("/studio", "/staff/checklists/site-down.yaml"):
        assert page.request.get(f"{product.url}{address}").status == 401
    staff = open_page("en")
    staff.goto(product.staff_link)
    answer = staff.request.get(f"{product.url}/staff/checklists/sections/contact.yaml")
    assert answer.status == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="contact.yaml"')
    for name in ("none", "../intake", "sections%2F..%2F..%2Fstaff-token"):
        answer = staff.request.get(f"{product.url}/staff/checklists/{name}.yaml")
        assert answer.status in {400, 404}, name


def test_on_a_phone_a_mistake_is_told_below_the_carets_line(
    own_product: Product, open_page: OpenPage
) -> None:
    """And no longer once that line is another one; beside the text it needs no note."""
    author = Author(open_page("ru", PHONE), own_product, "something-else", "ru")
    page = author.page
    author.write(author.text.replace("kind: moment", "kind: momnet", 1))
    problem = page.locator('[class*="st-key-problem-error-"]')
    expect(problem).to_contain_text("momnet")
    note = page.locator("#studio-note")
    expect(note).to_be_hidden()
    problem.locator("button").first.click()
    expect(note).to_contain_text("momnet")
    expect(note).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.type("x")
    expect(note).to_be_hidden()

    page.set_viewport_size(DESKTOP)
    problem.locator("button").first.click()
    expect(note).to_be_hidden()
    text, result = author.source.bounding_box(), problem.bounding_box()
    assert text is not None
    assert result is not None
    assert result["x"] > text["x"] + text["width"]
    assert text["height"] > DESKTOP["height"] * 0.6
