"""The main job over PostgreSQL: a customer, a ticket, a colleague who finds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, OpenPage, World, make_product
from tests.browser.product import Product
from tests.browser.test_main_job import (
    CAUSE_502,
    SITE_ANSWERS,
    SITE_RECORD,
    assert_complete,
    send,
    ticket_of,
)
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture
def on_postgresql(world: World, postgresql_server: str, tmp_path: Path) -> Iterator[Product]:
    """A product whose database is empty at its first start."""
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE journey")
    product = make_product(world, None, tmp_path / "data")
    product.settings["INTAKE_DATABASE_URL"] = postgresql_server.replace("/postgres?", "/journey?")
    product.start()
    yield product
    product.kill()


def test_a_broken_site_becomes_a_ticket_that_staff_find(
    on_postgresql: Product, world: World, open_page: OpenPage
) -> None:
    product = on_postgresql
    customer = Customer(open_page("ru"), "ru", {"site": world.broken_site, **SITE_ANSWERS})
    customer.open(product.url)
    customer.choose("site-down")
    customer.walk("review")
    expect(customer.page.locator('[data-testid="stMain"]')).to_contain_text(CAUSE_502["ru"])
    product.kill()  # a restart in the middle: what was said is in the database
    product.start()
    customer.page.reload()
    customer.fill_review()
    reference = send(customer)
    ticket = ticket_of(product, reference)
    assert ticket["verdict"]["code"] == "http.bad_gateway"  # type: ignore[index]
    assert_complete(ticket, SITE_RECORD)
    staff = open_page("en", DESKTOP)
    staff.goto(product.staff_link)
    expect(staff.locator(f".st-key-open-{reference}")).to_be_visible()
    staff.goto(f"{product.url}/inbox?find=woocommerce")
    staff.locator(f".st-key-open-{reference} button").click()
    expect(staff.locator('[data-testid="stMain"]')).to_contain_text("http.bad_gateway")
    assert not (product.data / "intake.db").exists()
