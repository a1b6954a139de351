"""Mail that doesn't arrive: from the landing page to a ticket, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, World, needs_low_ports
from tests.browser.product import Product
from tests.browser.test_main_job import send, ticket_of
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, needs_low_ports]
ANSWERS = {
    "mailbox": "info@shop.example",
    "trouble": 1,
    "bounce": "550 5.4.4 no mail servers for the domain",
    "with-whom": 2,
    "since": 1,
    "lives": 0,
    "changed": 0,
    "email": "anna@mail.example",
}
CAUSE = {
    "en": "shop.example does not say who takes its mail",
    "ru": "У shop.example не указано, кто принимает почту",
}


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "ru"])
def test_a_domain_without_a_mail_server_becomes_a_ticket(
    product: Product, world: World, open_page: OpenPage, language: str
) -> None:
    """The domain is read from the mailbox and measured while the customer answers."""
    assert world.broken_site == "shop.example"
    customer = Customer(open_page(language), language, dict(ANSWERS))
    customer.open(product.url)
    customer.choose("mail-not-arriving")
    customer.walk("step-name-the-mail-server")
    expect(customer.page.locator('[data-testid="stMain"]')).to_contain_text(CAUSE[language])
    customer.walk("review")
    assert {"trouble", "bounce", "lives"} <= set(customer.seen)
    assert customer.page.evaluate("document.documentElement.scrollWidth") <= 360

    ticket = ticket_of(product, send(customer))
    assert ticket["verdict"]["code"] == "mail.no_mx"  # type: ignore[index]
    assert (ticket["queue"], ticket["priority"]) == ("domains", "urgent")
    trouble = next(item for item in ticket["items"] if item["id"] == "trouble")  # type: ignore[attr-defined]
    assert trouble["answer"] == "in-bounces"
