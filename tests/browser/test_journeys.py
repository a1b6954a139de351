"""Whole journeys on a phone, counted: screens, questions, taps, and items of the record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from intake.authoring.required_items import RECORDS
from tests.browser.conftest import OpenPage, World
from tests.browser.product import Product
from tests.browser.test_main_job import send, ticket_of
from tests.browser.walker import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ADVICE = {"restart-php", "start-the-service", "healthy-from-here"}
COUNT_TAPS = """() => {
  window.intakeTaps = 0;
  document.addEventListener("click", event => { window.intakeTaps += event.isTrusted }, true);
}"""


@dataclass
class CountedCustomer(Customer):
    """A customer whose screens, questions and taps are counted; a field typed into is a tap."""

    screens: list[str] = field(default_factory=list)
    typed: int = 0
    on_review: int = 0

    def begin(self, url: str, checklist: str) -> None:
        self.open(url)
        self.page.evaluate(COUNT_TAPS)
        self.screens = ["landing", self.choose(checklist)]

    def arrive(self, before: str) -> str:
        screen = super().arrive(before)
        self.screens.append(screen)
        return screen

    def fill_review(self) -> None:
        super().fill_review()
        self.on_review = sum(step in self.answers for step in self._questions(""))

    def _fill(self, step: str, answer: object) -> None:
        before = self.taps
        super()._fill(step, answer)
        self.typed += self.taps == before

    @property
    def taps(self) -> int:
        taps: int = self.page.evaluate("window.intakeTaps")
        return taps

    @property
    def questions(self) -> int:
        """What was asked; advice is read, not answered."""
        return sum(step not in ADVICE for step in self.seen) + self.on_review


@dataclass(frozen=True)
class Journey:
    """A journey and the most that it may ask of a customer."""

    name: str
    checklist: str
    answers: dict[str, object]
    screens: int
    questions: int
    taps: int


URGENT = Journey(
    "502, all sites",
    "site-down",
    {"scope": 2, "since": 0, "changed": 0, "before": 0, "asked-before": 1},
    screens=7,
    questions=7,
    taps=14,
)
ONE_SITE = replace(URGENT, name="502, one site", answers=URGENT.answers | {"scope": 0})
SERVER = Journey(
    "a dead server",
    "server-down",
    {"account-state": 0, "console": 1, "since": 0, "changed": 0},
    screens=7,
    questions=7,
    taps=14,
)
OWN_WORDS = Journey(
    "something else", "something-else", {"since": 0}, screens=5, questions=4, taps=8
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
    table = [f"{'journey':<18}{'screens':>9}{'questions':>11}{'taps':>6}{'items':>9}"]
    for journey in (URGENT, ONE_SITE, SERVER, OWN_WORDS):
        customer = CountedCustomer(open_page(language), language, targets | journey.answers)
        customer.begin(product.url, journey.checklist)
        customer.walk("review")
        ticket = ticket_of(product, send(customer))
        screens = [screen for screen in customer.screens if screen != "sent"]
        items = _items_of(ticket, journey.checklist)
        taps = customer.taps + customer.typed
        counted = f"{len(screens):>9}{customer.questions:>11}{taps:>6}{items:>9}"
        table.append(f"{journey.name:<18}{counted}")
        assert len(screens) <= journey.screens, screens
        assert customer.questions <= journey.questions, customer.seen
        assert taps <= journey.taps
        assert ticket["completeness"]["missing"] == []  # type: ignore[index]
    with capsys.disabled():
        print("", *table, sep="\n")  # noqa: T201 - the table is what is asked for


def _items_of(ticket: dict[str, object], checklist: str) -> str:
    """How many items of the record the ticket has, and how many there are."""
    if checklist not in RECORDS:
        return "-"
    record = RECORDS[checklist]  # type: ignore[index]
    filled = {
        name
        for item in ticket["items"]  # type: ignore[attr-defined]
        if item["answer"] not in (None, "", [])
        for name in item["record"]
    }
    needed = [item.id for item in record if item.follows is None]
    return f"{sum(name in filled for name in needed)} of {len(needed)}"
