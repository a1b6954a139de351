"""Lists of wordings by language: what they fit, what they don't, and who may speak of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.catalogue.files import load_pages
from diagnostics.observations import HttpObservation
from diagnostics.probes.page import facts_of
from diagnostics.rules.pages.page_fingerprints import check_pages, page_kind
from diagnostics.rules.pages.page_words import list_pattern, word_lists, word_pattern
from tests.diagnostics.test_rules import http


def seen(markup: str) -> HttpObservation:
    return http(200, **facts_of(markup, "http://shop.example/"))


def kind_of(markup: str) -> str | None:
    kind = page_kind(seen(markup))
    return kind.code if kind else None


@pytest.mark.parametrize("name", word_lists())
def test_a_list_fits_no_empty_page_and_is_asked_for(name: str) -> None:
    assert not list_pattern(name).search("")
    rows = [row for found in load_pages().values() for row in found]
    assert any(mark in str(row) for row in rows for mark in (f"'@{name}'", f"'=@{name}'"))


@pytest.mark.parametrize(
    ("heading", "is_whole"),
    [
        ("Maintenance", True),
        ("Acme - Maintenance", True),
        ("🔧 Wartungsarbeiten | Acme", True),
        ("Acme: maintenance", True),
        ("Maintenance: the game", False),
        ("Maintenance of boilers", False),
        ("Wartung Ihrer Heizung", False),
    ],
)
def test_a_heading_is_a_notice_with_the_sites_name_at_most(heading: str, *, is_whole: bool) -> None:
    assert bool(word_pattern("=@maintenance").search(heading.lower())) is is_whole


def test_a_list_that_nobody_has_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text('http.maintenance_page:\n  - {title: "@come_bak", text: x}\n')
    with pytest.raises(ValueError, match="did you mean 'come_back'"):
        check_pages(file)


def test_the_site_itself_is_no_trade() -> None:
    """A notice may speak of "our services"; a trade's page does, and is not about the site."""
    notice = "<h1>Our website is under maintenance</h1><p>Our services return. Check back soon.</p>"
    assert kind_of(notice) == "http.maintenance_page"
    trade = "<h1>Boilers under maintenance</h1><p>Our services. Check back soon, we call you.</p>"
    assert kind_of(trade) is None


@pytest.mark.parametrize(
    "markup",
    [
        (
            "<title>Пекарня</title><h1>Пекарня «Корица»</h1><p>Работа магазина приостановлена до 10"
            " января. По вопросам оплаты заказов пишите в поддержку.</p>"
        ),
        (
            "<title>Ferry</title><h1>Island ferry</h1><p>The ferry service is suspended this week."
            " Contact us: 555-1234. Renew your season ticket from March.</p>"
        ),
        (
            "<title>Navette</title><h1>Navette du lac</h1><p>Le service est suspendu ce mois."
            " Paiement à bord. Assistance : 04 50 00 00 00</p>"
        ),
        (
            "<title>Klettersteig</title><p>Der Zugang zum Klettersteig ist gesperrt. Support:"
            " info@steig.example</p>"
        ),
        (
            "<title>Praxis Dr. Weber</title><h1>Praxis Dr. Weber</h1><p>Hier entsteht unsere neue"
            " Internetseite. Tel. 030 123456, Mo-Fr 8-12 Uhr.</p>"
        ),
    ],
    ids=["shop", "ferry", "navette", "trail", "practice"],
)
def test_what_a_small_firm_says_of_itself_is_its_site(markup: str) -> None:
    """A service that pauses is not an account that was suspended."""
    assert kind_of(markup) is None
