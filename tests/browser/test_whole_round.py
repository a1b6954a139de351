"""
One case from end to end with real parts: staff sign in at Glewlwyd, take the ticket, measure again,
ask one thing back; the customer answers on a phone; Request Tracker has it; the reply is mailed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from intake.delivery.desks.request_tracker import RequestTracker, RequestTrackerOptions
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, World, make_product
from tests.browser.product import Product
from tests.browser.test_main_job import SITE_ANSWERS, send
from tests.browser.walker import Customer
from tests.daemons.glewlwyd import CLIENT, CLIENT_SECRET, GLEWLWYD, PASSWORD, Glewlwyd
from tests.daemons.request_tracker import is_installed, request_tracker
from tests.fakes.smtp import FakeSmtp

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not is_installed(), reason="needs Debian's request-tracker5"),
    pytest.mark.skipif(GLEWLWYD is None, reason="needs Debian's glewlwyd"),
]

NAME = "Ольга Петрова"
QUESTION = "Какой плагин обновляли последним?"
ANSWER = "Плагин доставки, в 14:10."
REPLY = "Вернули прежнюю версию плагина, сайт открывается."


@dataclass(frozen=True)
class House:
    """The operator's: the product, their identity provider, their helpdesk, their mail."""

    product: Product
    provider: Glewlwyd
    tracker: RequestTracker
    smtp: FakeSmtp


@pytest.fixture
def house(world: World, published: Path, smtp: FakeSmtp, tmp_path: Path) -> Iterator[House]:
    product = make_product(world, published, tmp_path / "data")
    (tmp_path / "rt").mkdir()
    with (
        Glewlwyd(f"{product.url}/staff/oidc/back") as provider,
        request_tracker(tmp_path / "rt") as (url, token),
    ):
        provider.add_user("olga", NAME, ["support"])
        (tmp_path / "desks.yaml").write_text(
            f"desks:\n  rt:\n    kind: request-tracker\n    url: {url}\n    token: {token}\n"
            "    queues: {otherwise: hosting}\n    fields: {reference: Intake Ref}\n",
            encoding="utf-8",
        )
        product.settings |= {
            "INTAKE_NAME": "AcmeHost",
            "INTAKE_DESKS": str(tmp_path / "desks.yaml"),
            "INTAKE_SMTP_URL": smtp.url,
            "INTAKE_DESK_EMAIL": "desk@hoster.example",
            "INTAKE_MAIL_FROM": "support@hoster.example",
            "INTAKE_OIDC_ISSUER": provider.issuer,
            "INTAKE_OIDC_CLIENT_ID": CLIENT,
            "INTAKE_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "INTAKE_OIDC_ROLES": "agent=support",
        }
        product.start()
        options = {"url": url, "token": token, "fields": {"reference": "Intake Ref"}}
        tracker = RequestTracker("rt", RequestTrackerOptions.model_validate(options))
        yield House(product, provider, tracker, smtp)
        product.kill()


def sign_in_at_the_provider(page: Page, house: House) -> None:
    """As a person does, on the provider's own pages."""
    page.goto(f"{house.product.url}/staff")
    page.locator('a[href="/staff/oidc"]').click()
    page.locator("#username").fill("olga")
    page.locator("#password").fill(PASSWORD)
    page.locator("#loginbut").click()
    page.get_by_role("button", name="Grant access").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{house.product.url}/inbox*")


def mail_to(house: House, words: str) -> EmailMessage:
    """The customer's mail with these words, once it is there."""

    def fits(mail: EmailMessage) -> bool:
        body = mail.get_body(("plain",))
        is_theirs = "customer@example.com" in str(mail["To"])
        return is_theirs and body is not None and words in str(body.get_content())

    house.smtp.wait_for(lambda mails: any(map(fits, mails)))
    return next(mail for mail in house.smtp.mails() if fits(mail))


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_one_case_from_the_first_tap_to_the_reply(
    house: House, world: World, open_page: OpenPage
) -> None:
    phone = open_page("ru", PHONE)
    customer = Customer(phone, "ru", {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(house.product.url)
    customer.choose("site-down")
    customer.walk("review")
    reference = send(customer)

    staff = open_page("en", DESKTOP)
    sign_in_at_the_provider(staff, house)
    staff.locator(f".st-key-open-{reference} button").click()
    staff.locator(".st-key-work-take button").click()
    expect(staff.locator(".st-key-work")).to_contain_text(f"taken by {NAME}")
    staff.locator(".st-key-probe-web button").click()
    result = staff.locator('[class*="st-key-probe-result-"]')
    expect(result).to_contain_text("The cause is still there")
    expect(result).to_contain_text("When it was sent: The site answers 502")
    staff.locator(".st-key-work-kind button").nth(1).click()
    field = staff.locator('[class*="st-key-work-text-"] textarea')
    field.fill(QUESTION)
    staff.locator(".st-key-work-send button").click()
    expect(staff.locator(".st-key-work")).to_contain_text("waiting for the customer")

    link = re.search(r"http\S+/t/\S+", text_of(mail_to(house, QUESTION)))
    assert link
    phone.goto(link[0])
    expect(phone.locator("main")).to_contain_text(QUESTION)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "Повторная проверка" not in phone.locator("main").inner_text()  # staff's own
    phone.fill("#talk-words", ANSWER)
    phone.locator("form:has(#talk-words) button").click()
    expect(phone.locator("main")).to_contain_text(ANSWER)

    staff.locator(".st-key-refresh button").click()
    expect(staff.locator(".st-key-conversation")).to_contain_text(ANSWER)
    # What is due goes now, and once all has gone the desk is asked what it has.
    staff.locator(".st-key-work-kind button").nth(0).click()
    expect(staff.locator(".st-key-work-template")).to_be_visible()
    field.fill(REPLY)
    send_button = staff.locator(".st-key-work-send button")
    send_button.click()
    expect(staff.locator(".st-key-conversation")).to_contain_text(REPLY)

    mail = mail_to(house, REPLY)
    receipt = mail_to(house, reference)
    assert parseaddr(str(mail["From"])) == (f"{NAME}, AcmeHost", "support@hoster.example")
    assert mail["In-Reply-To"] == receipt["Message-ID"]
    assert f"[{reference}] Вам ответила поддержка" in str(mail["Subject"])
    assert NAME in text_of(mail)
    assert_tracker_has_all(house, reference)


def assert_tracker_has_all(house: House, reference: str) -> None:
    # The reply is the last that goes to the tracker, so what came before it is there as well.
    assert house.product.command("deliver").returncode == 0
    remote_id = house.tracker.find(reference)
    assert remote_id is not None
    remote = house.tracker.read(remote_id)
    assert remote is not None
    assert "502" in remote.text  # type: ignore[operator]
    told = "\n".join(remote.messages)  # type: ignore[arg-type]
    assert all(words in told for words in (QUESTION, ANSWER, REPLY))
