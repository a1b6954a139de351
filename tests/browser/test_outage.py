"""One outage, two hundred customers: three make a proposal, everybody reads it, all are told."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from intake.database import open_database
from intake.drafts import DraftStore
from intake.tickets import TicketStore
from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.product import Product
from tests.browser.staff_sign_in import sign_in
from tests.fakes.smtp import FakeSmtp
from tests.incidents.conftest import sender_of

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(1_800)]

CUSTOMERS = 200
SENTENCE = "Server web7 is down until 16:00."


@pytest.fixture
def mailing(smtp: FakeSmtp, published: Path, tmp_path: Path) -> Iterator[Product]:
    settings = {"INTAKE_SMTP_URL": smtp.url, "INTAKE_DESK_EMAIL": "desk@hoster.example"}
    product = Product(tmp_path / "data", settings, published=published)
    product.start()
    yield product
    product.kill()


def test_everybody_reads_of_an_outage_and_hears_of_its_end(
    mailing: Product, smtp: FakeSmtp, open_page: OpenPage
) -> None:
    engine = open_database(f"sqlite:///{mailing.data / 'intake.db'}")
    send_one = sender_of(DraftStore(engine), TicketStore(engine))
    for number in range(3):
        send_one(f"customer{number}", desks=("receipt",))

    staff = open_page("en", DESKTOP)
    sign_in(staff, mailing, "Olga Petrova")
    staff.get_by_text("3 tickets look like one outage").wait_for()
    staff.goto(f"{mailing.url}/incidents?lang=en")
    staff.locator('[class*="st-key-incident-text-en-address"] textarea').fill(SENTENCE)
    staff.locator('[class*="st-key-confirm-address"] button').click()
    expect(staff.locator('[class*="st-key-close-"]')).to_be_visible()

    for number in range(3, CUSTOMERS):
        send_one(f"customer{number}", desks=("receipt",))
    asked = time.monotonic()
    first_screen = requests.get(f"{mailing.url}/?lang=en", timeout=60).text
    sys.stdout.write(f"the first screen took {time.monotonic() - asked:.2f} s, aim 2 s\n")
    assert SENTENCE in first_screen

    waiting = open_page("en")
    waiting.goto(f"{mailing.url}/?lang=en")
    waiting.locator(".st-key-incident-0 a").click()
    waiting.locator("#contact").fill("lena@mail.example")
    waiting.locator("main button").click()
    expect(waiting.locator("main")).to_contain_text("Noted:")

    staff.locator('[class*="st-key-close-"] button').click()
    expect(staff.get_by_text(f"Customers told: {CUSTOMERS + 1}.")).to_be_visible()
    told = {f"customer{number}@mail.example" for number in range(CUSTOMERS)} | {"lena@mail.example"}
    smtp.wait_for_count(2 * len(told))  # a receipt and the end for each
    assert replied_to(smtp.mails()) == told


def replied_to(mails: Iterable[EmailMessage]) -> set[str]:
    """Who was mailed what staff wrote, once each."""
    replies = [mail for mail in mails if mail["Subject"].endswith("Support has written to you")]
    addresses = [str(mail["To"]) for mail in replies]
    assert len(set(addresses)) == len(addresses)
    return set(addresses)
