"""Whole journeys on a phone, counted: screens, questions, taps, and items of the record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.browser.conftest import OpenPage, World
from tests.browser.counted import HEAD, CountedCustomer, Journey
from tests.browser.product import Product
from tests.browser.test_main_job import send, ticket_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

URGENT = Journey(
    "502, all sites",
    "site-down",
    {"scope": 2, "since": 0, "changed": 0, "before": 0},
    screens=6,
    questions=5,
    taps=12,
)
ONE_SITE = replace(URGENT, name="502, one site", answers=URGENT.answers | {"scope": 0})
SERVER = Journey(
    "a dead server",
    "server-down",
    {"account-state": 0, "console": 1, "since": 0, "changed": 0},
    screens=6,
    questions=5,
    taps=12,
)
OWN_WORDS = Journey(
    "something else", "something-else", {"since": 0}, screens=5, questions=3, taps=8
)


@pytest.mark.parametrize(
    "language", ["ru", pytest.param("en", marks=pytest.mark.long)], ids=["ru", "en"]
)
def test_journeys_stay_short(
    product: Product,
    world: World,
    open_page: OpenPage,
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each within its limits, each item of the record filled; the table is printed."""
    targets = {
        "site": world.broken_site,
        "server": world.dead_server,
        "what": "mail comes back with “550 user unknown” since 14:20",
        "target": world.healthy_site,
        "email": "customer@example.com",
    }
    table = [HEAD]
    for journey in (URGENT, ONE_SITE, SERVER, OWN_WORDS):
        customer = CountedCustomer(open_page(language), language, targets | journey.answers)
        customer.begin(product.url, journey.checklist)
        customer.walk("review")
        ticket = ticket_of(product, send(customer))
        table.append(customer.row(journey.name, ticket, journey.checklist))
        assert len(customer.screens) - 1 <= journey.screens, customer.screens
        assert customer.questions <= journey.questions, customer.seen
        assert customer.taps + customer.typed <= journey.taps
        assert ticket["completeness"]["missing"] == []  # type: ignore[index]
    with capsys.disabled():
        print("", *table, sep="\n")  # noqa: T201 - the table is what is asked for
