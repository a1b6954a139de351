"""One question goes back and is answered: staff at a desk, the customer on a phone, one ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.product import Product
from tests.browser.staff_sign_in import sign_in
from tests.fakes.smtp import FakeSmtp

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

QUESTION = "Which plugin did you update last?"
ANSWER = "The delivery one, at 14:10."


@pytest.fixture
def mailing(smtp: FakeSmtp, published: Path, tmp_path: Path) -> Iterator[Product]:
    settings = {
        "INTAKE_SMTP_URL": smtp.url,
        "INTAKE_DESK_EMAIL": "desk@hoster.example",
        "INTAKE_NAME": "AcmeHost",
        "INTAKE_RESOLVERS": "127.0.0.254:5",
    }
    product = Product(tmp_path / "data", settings, published=published)
    product.start()
    yield product
    product.kill()


def test_a_question_goes_back_and_its_answer_joins_the_ticket(
    mailing: Product, smtp: FakeSmtp, open_page: OpenPage
) -> None:
    """The list is walked by keyboard; the answer reaches the desk by mail."""
    customer = open_page("en")
    customer.goto(f"{mailing.url}/person")
    customer.fill('[name="contact"]', "anna@shop.example")
    customer.fill('[name="words"]', "the shop is down")
    expect(customer.locator('[name="zone"]')).to_have_value("Europe/Moscow")
    customer.locator("main button").click()
    expect(customer.locator("main")).to_contain_text(re.compile(r"\w{3}-\w{3}-\w{3}"))

    staff = open_page("en", DESKTOP)
    sign_in(staff, mailing, "Olga Petrova")
    row = staff.locator(".st-key-tickets button").first
    expect(row).to_be_visible()
    staff.keyboard.press("j")
    expect(row).to_be_focused()
    staff.keyboard.press("Enter")
    staff.locator(".st-key-work-take button").click()
    expect(staff.locator(".st-key-work")).to_contain_text("taken by Olga Petrova")
    staff.locator(".st-key-work-kind button").nth(1).click()
    field = staff.locator('[class*="st-key-work-text-"] textarea')
    field.fill(QUESTION)
    staff.locator(".st-key-work-send button").click()
    expect(staff.locator(".st-key-conversation")).to_contain_text(QUESTION)
    expect(field).to_have_value("")
    expect(staff.locator(".st-key-work")).to_contain_text("waiting for the customer")

    mail = waited_for(smtp, "anna", QUESTION)
    link = re.search(r"http\S+/t/\S+", mail)
    assert link, mail
    customer.goto(link[0])
    expect(customer.locator("main")).to_contain_text(QUESTION)
    customer.fill("#talk-words", ANSWER)
    customer.locator("form:has(#talk-words) button").click()
    expect(customer.locator("main")).to_contain_text(ANSWER)

    assert ANSWER in waited_for(smtp, "desk", ANSWER)
    staff.locator(".st-key-refresh button").click()
    expect(staff.locator(".st-key-conversation")).to_contain_text(ANSWER)
    expect(staff.locator(".st-key-work")).to_contain_text("open")


def waited_for(smtp: FakeSmtp, whom: str, words: str) -> str:
    """The letter to somebody with these words, once it came: whom to, a blank line, its text."""

    def letters(mails: Sequence[EmailMessage]) -> list[str]:
        written = [f"To: {mail['To']}\n\n{text_of(mail)}" for mail in mails]
        return [
            letter for letter in written if words in letter and letter.startswith(f"To: {whom}")
        ]

    smtp.wait_for(lambda mails: bool(letters(mails)))
    return letters(smtp.mails())[0]


def text_of(mail: object) -> str:
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content()) if body else ""
