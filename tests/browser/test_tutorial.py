"""A newcomer follows the tutorial in an empty folder; a customer then meets the checklist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, World, make_product, needs_low_ports
from tests.browser.product import Product
from tests.browser.test_main_job import send, ticket_of
from tests.browser.walker import Customer
from tests.docs.checklist_tutorial import follow, read_steps

pytestmark = [pytest.mark.browser, needs_low_ports]
ANSWERS = {
    "where": 1,
    "which-pages": "shop.example/cart and shop.example/search",
    "slow-for-all": 1,
    "seconds": "8",
    "email": "anna@mail.example",
}
ADVICE = {"en": "Then your own connection is slow", "ru": "Значит, медленный не сайт"}
DESK = """
queues:
  hosting: {en: "Hosting team", ru: "Отдел хостинга"}
  domains: {en: "Domains", ru: "Домены"}
  servers: {en: "Servers", ru: "Серверы"}
products:
  shared-hosting: {title: {en: "Shared hosting", ru: "Виртуальный хостинг"}}
product: shared-hosting
"""


@pytest.fixture
def written(world: World, tmp_path: Path) -> Iterator[Product]:
    """The product on a folder that isn't written yet: a test writes and starts it."""
    folder = tmp_path / "checklists"
    folder.mkdir()
    product = make_product(world, tmp_path / "data")
    product.settings["INTAKE_CHECKLISTS"] = str(folder)
    yield product
    product.kill()


# Both pages build the same files, which `tests/docs` holds; one language a run is enough.
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "ru"])
def test_what_the_tutorial_builds_serves_a_customer(
    written: Product, world: World, open_page: OpenPage, language: str
) -> None:
    folder = Path(written.settings["INTAKE_CHECKLISTS"])
    assert list(folder.iterdir()) == []
    for step in read_steps(language):
        follow(step, folder)
    (folder / "desk.yaml").write_text(DESK, encoding="utf-8")
    written.start()

    customer = Customer(open_page(language), language, ANSWERS | {"site": world.healthy_site})
    customer.open(written.url)
    customer.choose("site-slow")
    customer.walk("step-own-network")
    expect(customer.page.locator('[data-testid="stMain"]')).to_contain_text(ADVICE[language])
    customer.walk("review")
    ticket = ticket_of(written, send(customer))
    assert (ticket["queue"], ticket["priority"]) == ("hosting", "normal")
    assert [advice["result"] for advice in ticket["advice"]] == ["not-helped"]  # type: ignore[attr-defined]

    staff = open_page(language)
    staff.goto(written.staff_link)
    staff.goto(f"{written.url}/inbox?lang={language}&ticket={ticket['reference']}")
    text = staff.locator('[data-testid="stMain"]')
    expect(text).to_contain_text("Hosting team" if language == "en" else "Отдел хостинга")
    expect(text).to_contain_text("Shared hosting" if language == "en" else "Виртуальный хостинг")
    expect(text).to_contain_text(re.compile("did not help|не помогло"))
