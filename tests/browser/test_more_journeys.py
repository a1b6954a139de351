"""The other ways that the commonest troubles take, counted: on a phone, on real daemons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.banned_home import SITE as BANNED_SITE
from tests.browser.banned_home import banned_home
from tests.browser.conftest import PATIENCE_MS, PHONE, OpenPage, needs_low_ports
from tests.browser.counted import HEAD, CountedCustomer
from tests.browser.product import Product
from tests.browser.test_mail_job import ANSWERS as MAIL
from tests.browser.test_main_job import reference_on, send, ticket_of
from tests.daemons.bind import BindServer
from tests.daemons.certificates import DAY, Authority
from tests.daemons.loopback import free_address
from tests.daemons.nginx import NginxSite
from tests.lab.customer_network import PRODUCT as HOME_SERVER

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(900),
    needs_low_ports,
]
FOR_A_FRIEND = {"en": "it opens for a friend", "ru": "у знакомого открывается"}
# Advice counts as a screen: a browser whose own result lands late reads one more.
MOST_SCREENS, MOST_QUESTIONS, MOST_TAPS = 10, 7, 17


@dataclass(frozen=True)
class Troubles:
    """The product, and the names that are in trouble."""

    product: Product
    new_server: str


@pytest.fixture
def troubles(published: Path, tmp_path: Path) -> Iterator[Troubles]:
    root, new_server = Authority(tmp_path), free_address()
    with (
        NginxSite(certificate=root.issue("late.example", ends=-3 * DAY)) as late,
        NginxSite(pages={"index.html": "<title>Shop</title><h1>Shop</h1><p>Open.</p>"}) as old,
        BindServer(
            {
                "example": f"late IN A {late.address}\nmoved IN A {old.address}\n"
                f"fine IN A {old.address}\nshop IN A {old.address}\n"
            }
        ) as names,
    ):
        product = Product(
            tmp_path / "data",
            {
                "INTAKE_ALLOW_NETWORKS": "127.0.0.0/8",
                "INTAKE_RESOLVERS": names.resolver,
                "INTAKE_CA_FILE": str(root.file),
                "INTAKE_CHECKS_PER_CLIENT": "1000",
                "INTAKE_BROWSER_LOOK": "true",
            },
            published=published,
        )
        product.start()
        yield Troubles(product, new_server)
        product.kill()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_other_journeys_are_short(
    troubles: Troubles, open_page: OpenPage, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each names its cause and sends what support needs; the table is printed."""
    product, table = troubles.product, [HEAD]
    common = {"email": "anna@mail.example", "since": 0, "changed": 0}
    ways: list[tuple[str, str, dict[str, object], str]] = [
        ("wrong DNS after a move", "domain-moved",
         {"domain": "moved.example", "server": troubles.new_server, "done": 4, "done-when": 0,
          "seen": 0}, "dns.wrong_address"),
        ("an expired certificate", "certificate-warning",
         {"site": "late.example", "devices": 0, "renewed": 0, "before": 0}, "tls.expired"),
        ("only the customer's side", "site-down",
         {"site": "fine.example", "scope": 0, "before": 0, "own-connection": 1},
         "client.resolver_differs"),
        ("mail", "mail-not-arriving", dict(MAIL), "mail.no_mx"),
    ]  # fmt: skip
    for name, checklist, answers, cause in ways:
        customer = CountedCustomer(open_page(language), language, common | answers)
        customer.begin(product.url, checklist)
        customer.walk("review")
        ticket = ticket_of(product, send(customer))
        table.append(customer.row(name, ticket, checklist))
        assert ticket["verdict"]["code"] == cause, name  # type: ignore[index]
        assert ticket["completeness"]["missing"] == []  # type: ignore[index]
        assert len(customer.screens) - 1 <= MOST_SCREENS, customer.screens
        assert customer.questions <= MOST_QUESTIONS, customer.seen
        assert customer.taps + customer.typed <= MOST_TAPS
    table.append(_own_words(product, open_page, language))
    table.append(_a_person(product, open_page, language))
    with capsys.disabled():
        print("", *table, sep="\n")  # noqa: T201 - the table is what is asked for


def _own_words(product: Product, open_page: OpenPage, language: str) -> str:
    """What was written at the start isn't asked again."""
    answers = {
        "email": "anna@mail.example",
        "changed": 0,
        "before": 0,
        "scope": 0,
        "own-connection": 1,
    }
    customer = CountedCustomer(open_page(language), language, answers)
    customer.begin_with(product.url, "сайт fine.example не открывается с 14:20, ошибка 502")
    customer.walk("review")
    ticket = ticket_of(product, send(customer))
    assert ticket["completeness"]["missing"] == []  # type: ignore[index]
    return customer.row("own words", ticket, "site-down")


def _a_person(product: Product, open_page: OpenPage, language: str) -> str:
    customer = CountedCustomer(open_page(language), language, {})
    page = customer.page
    customer.open(product.url)
    customer.start_counting()
    page.locator(".st-key-person button").click()
    customer.arrive("landing")
    page.locator(".st-key-person-contact input").fill("+7 900 000-00-00")
    page.locator(".st-key-person-words textarea").fill("всё лежит")
    customer.typed += 2
    page.locator(".st-key-person-send button").click()
    customer.arrive("person")
    expect(page.locator("h2").first).to_be_visible()
    ticket = ticket_of(product, reference_on(page, language))
    assert ticket["sent_as"] == "person-wanted"
    return customer.row("a person, now", ticket, "person")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_banned_customer_is_told_so(
    browser: Browser,
    published: Path,
    tmp_path: Path,
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """We pass, the customer fails at every port: the ticket names the address to look for."""
    answers = {"site": BANNED_SITE, "scope": 0, "since": 0, "changed": 0, "before": 0}
    answers |= {"error": 9, "own-connection": 1, "email": "anna@mail.example"}
    with banned_home(browser, published, tmp_path) as home:
        locale = {"en": "en-GB", "ru": "ru-RU"}[language]
        page = home.browser.new_page(viewport=PHONE, locale=locale)  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MS)
        customer = CountedCustomer(page, language, answers)
        customer.begin(f"http://{HOME_SERVER}:{home.product.port}", "site-down")
        customer.answer_current("step-site")
        page.locator('[class*="st-key-live-web"] summary').click()
        page.locator(".st-key-friend-web button").click()
        friend = home.friends.new_page(locale=locale)
        friend.goto(page.locator(".st-key-friend-link-web code").inner_text())
        friend.get_by_role("button").click()
        expect(page.get_by_text(FOR_A_FRIEND[language])).to_be_visible()
        customer.walk("review")
        ticket = ticket_of(home.product, send(customer))
        row = customer.row("client banned", ticket, "site-down")
        taps = customer.taps + customer.typed
    with capsys.disabled():
        print("", HEAD, row, sep="\n")  # noqa: T201 - the table is what is asked for
    assert ticket["verdict"]["code"] == "client.address_banned"  # type: ignore[index]
    assert "blocked-address" in customer.seen
    assert ticket["completeness"]["missing"] == []  # type: ignore[index]
    assert len(customer.screens) - 1 <= MOST_SCREENS, customer.screens
    assert customer.questions <= MOST_QUESTIONS, customer.seen
    assert taps <= MOST_TAPS
