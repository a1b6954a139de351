"""
A newcomer follows the tutorial word for word, from an empty folder on; a customer meets the result.

The first step is a file, for a server needs one; the others are typed into the studio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, OpenPage, World, make_product, needs_low_ports
from tests.browser.product import Product
from tests.browser.test_main_job import send, ticket_of
from tests.browser.test_studio import Author, live_of
from tests.browser.walker import Customer
from tests.docs.checklist_tutorial import FILE, follow, steps_in_use

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), needs_low_ports]
SECTION_NAME = "sections/contact"
SECTION = f"{SECTION_NAME}.yaml"
ANSWERS = {
    "where": 1,
    "which-pages": "shop.example/cart and shop.example/search",
    "slow-for-all": 1,
    "seconds": "8",
    "email": "anna@mail.example",
}
ADVICE = {"en": "Then your own connection is slow", "ru": "Значит, медленный не сайт"}
PUBLISHED = {"en": "the tutorial", "ru": "учебник"}
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
    product = make_product(world, None, tmp_path / "data")
    product.settings["INTAKE_CHECKLISTS"] = str(folder)
    yield product
    product.kill()


# Both pages build the same files, which `tests/docs` holds; one language a run is enough.
@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.long), "ru"])
def test_what_the_tutorial_builds_serves_a_customer(
    written: Product, world: World, open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    folder = Path(written.settings["INTAKE_CHECKLISTS"])
    assert list(folder.iterdir()) == []
    first, *later = steps_in_use(language)
    follow(first, folder)
    (folder / "desk.yaml").write_text(DESK, encoding="utf-8")
    written.start()
    drafted = tmp_path / "drafted"
    drafted.mkdir()
    follow(first, drafted)
    author = Author(open_page(language, DESKTOP), written, "site-slow", language)
    for step in later:
        follow(step, drafted)
        if (drafted / SECTION).is_file() and not author.has_begun(SECTION):
            author.begin(SECTION, (drafted / SECTION).read_text("utf-8"))
            author.publish_with(SECTION)
        author.write_clean((drafted / FILE).read_text("utf-8"), step.title)
    author.publish(PUBLISHED[language])

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
    rename_the_section_with_its_user(author, folder)


def rename_the_section_with_its_user(author: Author, folder: Path) -> None:
    """Its step has another name, in both files at once: neither could go live alone."""
    author.open(SECTION)
    author.write(author.text.replace("ask: email", "ask: mailbox"))
    mistake = author.page.locator('[class*="st-key-goto-file-"] button').first
    expect(mistake).to_contain_text(FILE)
    expect(author.button("publish")).to_be_disabled()
    mistake.click()
    author.arrive("site-slow")
    author.write_clean(author.text.replace("email: anna@", "mailbox: anna@"), "renamed")
    author.publish("mailbox instead of email")
    assert "ask: mailbox" in (folder / SECTION).read_text("utf-8")
    assert "mailbox: anna@" in (folder / FILE).read_text("utf-8")
    versions = {name: live_of(author.product, name)[-1] for name in ("site-slow", SECTION_NAME)}
    assert {note for _, _, note in versions.values()} == {"mailbox instead of email"}
