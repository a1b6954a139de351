"""What was typed stays: through Back, edits, languages, tabs, double clicks and our failures."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, OpenPage, World
from tests.browser.product import Product
from tests.browser.walker import Customer
from tests.drafts.sample_pictures import png

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ANSWERS: dict[str, object] = {
    "what": "mail to info@shop.example comes back with 550",
    "since": "14:20",
    "email": "customer@example.com",
    "name": "Анна",
}
PNG = png()


def start(product: Product, page: Page, language: str = "en", **answers: object) -> Customer:
    customer = Customer(page, language, ANSWERS | answers)
    customer.open(product.url)
    customer.choose("something-else")
    return customer


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").click()


def edit(page: Page, step: str) -> None:
    """Open what was said, which is folded on the review, and correct one answer."""
    page.locator(".st-key-review summary").first.click()
    press(page, f"edit-{step}")


def tickets(product: Product) -> list[str]:
    with sqlite3.connect(product.data / "intake.db") as database:
        return [row[0] for row in database.execute("SELECT reference FROM tickets")]


def test_back_and_edit_show_what_was_said(product: Product, open_page: OpenPage) -> None:
    page = open_page("en")
    customer = start(product, page)
    customer.walk("review")
    press(page, "back")
    assert customer.arrive("review") == "step-target"
    expect(page.locator(".st-key-exact-since input")).to_have_value("14:20")
    press(page, "back")
    assert customer.arrive("step-target") == "step-what"
    expect(page.locator(".st-key-answer-what textarea")).to_have_value(str(ANSWERS["what"]))

    # The other language, in the middle: the same place, the same words.
    press(page, "language")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert customer.screen() == "step-what"
    expect(page.locator(".st-key-answer-what textarea")).to_have_value(str(ANSWERS["what"]))

    press(page, "next-what")
    customer.arrive("step-what")
    customer.walk("review")
    page.reload()
    expect(page.locator(".st-key-review")).to_contain_text("14:20")
    edit(page, "since")
    assert customer.arrive("review") == "step-since"  # corrected alone, whatever page it is on
    page.locator(".st-key-exact-since input").fill("15:40")
    press(page, "next-since")
    assert customer.arrive("step-since") == "review"
    expect(page.locator(".st-key-review")).to_contain_text("15:40")


def test_another_site_is_measured_anew(product: Product, world: World, open_page: OpenPage) -> None:
    page = open_page("en")
    customer = start(product, page, target=world.broken_site)
    customer.walk("review")
    live = page.locator('[data-testid="stMain"]')
    expect(live).to_contain_text(f"We tested {world.broken_site}")
    edit(page, "target")
    customer.arrive("review")
    page.locator(".st-key-answer-target input").fill(world.healthy_site)
    press(page, "next-target")
    assert customer.arrive("step-target") == "review"
    expect(live).to_contain_text(f"We tested {world.healthy_site}")
    expect(live).not_to_contain_text(f"We tested {world.broken_site}")


def test_a_double_click_and_a_second_tab_make_one_ticket(
    own_product: Product, open_page: OpenPage
) -> None:
    page = open_page("en")
    customer = start(own_product, page)
    customer.walk("review")
    twin = page.context.new_page()
    twin.goto(page.url)
    expect(twin.locator(".st-key-send button")).to_be_visible()
    page.locator(".st-key-send button").dblclick()
    assert customer.arrive("review") == "sent"
    twin.locator(".st-key-send button").click()
    expect(twin.locator("h2").first).to_contain_text("Sent: ")
    expect(page.locator("h2").first).to_have_text(twin.locator("h2").first.inner_text())
    assert len(tickets(own_product)) == 1
    left = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('intake:'))")
    assert left == []


def test_what_was_typed_and_not_sent_survives_a_reload(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("ru")
    customer = start(product, page, "ru")
    field = page.locator(".st-key-answer-what textarea")
    field.fill("письма возвращаются с ошибкой 550")
    page.reload()
    expect(field).to_have_value("письма возвращаются с ошибкой 550")
    press(page, "next-what")
    customer.arrive("step-what")
    # What is stored wins over what an older tab has typed.
    elsewhere = Customer(open_page("ru"), "ru", customer.answers)
    elsewhere.open(page.url)
    press(elsewhere.page, "back")
    elsewhere.arrive("step-target")
    elsewhere.page.locator(".st-key-answer-what textarea").fill("письма не уходят с 9 утра")
    press(elsewhere.page, "next-what")
    elsewhere.arrive("step-what")
    page.reload()
    press(page, "back")
    assert customer.arrive("step-target") == "step-what"
    expect(field).to_have_value("письма не уходят с 9 утра")


def test_a_sentence_becomes_the_address_that_was_meant(
    product: Product, world: World, open_page: OpenPage
) -> None:
    page = open_page("ru")
    customer = Customer(page, "ru", {})
    customer.open(product.url)
    customer.choose("site-down")
    field = page.locator(".st-key-answer-site input")
    field.fill(f"не открывается {world.broken_site}, помогите")
    press(page, "next-site")
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text(world.broken_site)
    expect(field).to_have_value(world.broken_site)
    press(page, "next-site")
    assert customer.arrive("step-site") != "step-site"


def test_files_are_taken_refused_and_taken_back(
    own_product: Product, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("ru")
    customer = start(own_product, page, "ru")
    customer.walk("review")
    files = {
        "shot.png": PNG,
        "doc.pdf": b"%PDF-1.4 x",
        "empty.txt": b"",
        "run.exe": b"MZ",
        "big.png": PNG + bytes(10 * 1024 * 1024),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page.locator('input[type="file"]').set_input_files([tmp_path / name for name in files])
    box = page.locator('[data-testid="stFileUploader"]')
    expect(box).to_contain_text("Такой файл не подходит. Выберите картинку, PDF или текст.")
    expect(box).to_contain_text("Файл больше 10 МБ.")
    expect(box.locator('[data-testid="stFileChip"]')).to_have_count(5)
    press(page, "send")
    expect(box).to_contain_text("Файл выше не приложен.")  # it doesn't go on without a word
    press(page, "send")
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text("Файл empty.txt пуст.")
    kept = page.locator(".st-key-attached").locator('[class*="st-key-row-"]')
    expect(kept).to_have_count(2)
    kept.filter(has_text="doc.pdf").locator("button").click()
    expect(kept).to_have_count(1)

    (tmp_path / "limit.png").write_bytes((PNG + bytes(10_000_000))[:10_000_000])
    with page.expect_response(lambda answer: answer.request.method == "PUT") as uploaded:
        page.locator('input[type="file"]').set_input_files(tmp_path / "limit.png")
    answered = uploaded.value
    assert (answered.status, answered.text()) == (
        204,
        "",
    )  # the limit is the file's, not its frame's

    many = [tmp_path / f"n{number}.png" for number in range(10)]
    for number, path in enumerate(many):
        path.write_bytes(png(number + 1))
    page.locator('input[type="file"]').set_input_files(many)
    expect(box.locator('[data-testid="stFileChip"]')).to_have_count(11)
    press(page, "send")
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text("Поддержке хватит 10 файлов")
    press(page, "send")
    customer.arrive("review")
    [reference] = tickets(own_product)
    stranger, staff = open_page("en", DESKTOP), open_page("en", DESKTOP)
    staff.goto(own_product.staff_link)
    press(staff, f"open-{reference}")
    link = staff.locator('a[href*="/files/"]').first
    expect(link).to_be_visible()
    address = f"{own_product.url}{link.get_attribute('href')}"
    answer = staff.request.get(address)
    assert answer.status == 200
    assert answer.body().startswith(PNG[:8])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert stranger.request.get(address).status == 401


def test_our_failure_is_told_in_words_and_keeps_everything(
    product: Product, open_page: OpenPage
) -> None:
    page = open_page("ru")
    customer = start(product, page, "ru")
    customer.walk("review")
    main = page.locator('[data-testid="stMain"]')
    with sqlite3.connect(product.data / "intake.db", isolation_level=None) as database:
        database.execute("ALTER TABLE tickets RENAME TO tickets_away")
        press(page, "send")
        expect(page.locator('[data-testid="stAlert"]')).to_contain_text("Не отправлено")
        expect(page.locator(".st-key-answer-name input")).to_have_value("Анна")
        database.execute("ALTER TABLE answers RENAME TO answers_away")
        page.reload()
        expect(main).to_contain_text("Ошибка на нашей стороне")
        assert "Traceback" not in main.inner_text()
        assert "sqlalchemy" not in main.inner_text().lower()
        database.execute("ALTER TABLE answers_away RENAME TO answers")
        database.execute("ALTER TABLE tickets_away RENAME TO tickets")
    page.reload()
    expect(page.locator(".st-key-answer-name input")).to_have_value("Анна")
    press(page, "send")
    assert customer.arrive("review") == "sent"


def test_what_unfolds_does_not_move_under_the_finger(product: Product, open_page: OpenPage) -> None:
    page = open_page("en")
    Customer(page, "en", {}).open(product.url)
    folded = page.locator(".st-key-problems details")
    growing = folded.evaluate(
        """details => new Promise(done => {
          details.querySelector("summary").click();
          let frames = 0;
          const frame = () => {
            if (details.getAnimations().length) return done(true);
            if (details.open) frames += 1;
            if (frames === 40) return done(false);
            requestAnimationFrame(frame);
          };
          requestAnimationFrame(frame);
        })"""
    )
    assert not growing
    # Nothing of what is in it is cut off, and it folds again.
    assert folded.evaluate("details => details.scrollHeight <= details.offsetHeight + 1")
    assert folded.evaluate("details => details.offsetHeight > 2 * details.firstChild.offsetHeight")
    folded.locator("summary").click()
    expect(folded).not_to_have_attribute("open", "")


def test_the_keyboard_alone_is_enough(product: Product, open_page: OpenPage) -> None:
    page = open_page("en", DESKTOP)
    customer = Customer(page, "en", {})
    customer.open(product.url)

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("one => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"Tab never reaches {selector}")

    tab_to(".st-key-begin-something-else button")
    page.keyboard.press("Enter")
    customer.arrive("landing")
    _assert_the_heading_is_read(page)
    tab_to("textarea")
    page.keyboard.type("mail comes back with 550 user unknown")
    tab_to(".st-key-next-what button")
    page.keyboard.press("Space")
    customer.arrive("step-what")
    _assert_the_heading_is_read(page)
    tab_to(".st-key-answer-target input")
    tab_to(".st-key-answer-since button")
    page.keyboard.press("Space")
    tab_to(".st-key-next-target button")
    page.keyboard.press("Enter")
    customer.arrive("step-target")
    _assert_the_heading_is_read(page)
    tab_to(".st-key-answer-email input")
    page.keyboard.type("customer@example.com")
    tab_to('[data-testid="stForm"] summary')
    page.keyboard.press("Enter")
    tab_to(".st-key-answer-name input")
    tab_to(".st-key-answer-account input")
    tab_to(".st-key-send button")
    page.keyboard.press("Enter")
    assert customer.arrive("review") == "sent"
    _assert_the_heading_is_read(page)


def _assert_the_heading_is_read(page: Page) -> None:
    """The focus is on the new step's heading, and the live region says it."""
    page.wait_for_function(
        """() => {
          const heading = document.querySelector('[data-testid="stMain"] :is(h2, h3)');
          const spoken = document.getElementById("intake-live").textContent;
          return heading && document.activeElement === heading && spoken === heading.textContent;
        }"""
    )
