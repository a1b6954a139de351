"""Words that show a site of its own: the file is read strictly, and each language counts."""

from __future__ import annotations

import pytest

from diagnostics.catalogue.files import load
from diagnostics.rules.pages.page_signals import PageView
from diagnostics.rules.pages.site_signs import (
    SIGNS,
    compile_signs,
    is_about_such_pages,
    speaks_of_a_trade,
)
from tests.diagnostics.test_rules import http

_GOOD = {sign: {"en": ["words"]} for sign in SIGNS}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Что делать, если сайт заблокирован", "Позвоните хостеру."),
        ("Que faire si le compte est suspendu", "Appelez."),
        ("¿Qué hacer?", "Llame."),
        ("Jak naprawić błąd bazy danych", "Krok po kroku."),
        ("网站被暂停怎么办", "请联系客服"),
        ("All systems operational", "No incidents."),
        ("Hilfe", "Hat jemand eine Idee? Meine Seite ist gesperrt."),
    ],
)
def test_an_article_is_known_in_each_language(title: str, text: str) -> None:
    view = PageView(http(200, title=title, text_start=text))
    assert is_about_such_pages(view)


@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_page_is_no_article(status: int) -> None:
    assert not is_about_such_pages(PageView(http(status, title="How to", text_start="x")))


@pytest.mark.parametrize(
    "text",
    [
        "The pool is closed, the sauna stays open as usual.",
        "Кафе открыто ежедневно.",
        "Das Bad ist zu, die Sauna bleibt geöffnet.",
        "Le bassin est fermé, le gymnase reste ouvert.",
        "本馆照常开放",
    ],
)
def test_what_stays_open_is_no_notice(text: str) -> None:
    assert speaks_of_a_trade(PageView(http(200, text_start=text)))


def test_quoted_words_are_nobodys_own() -> None:
    """What a page quotes isn't what it says; a quote that is the whole page is the page."""
    quoted = PageView(http(200, text_start="Касса пишет: «Сайт закрыт». Проверьте кабель."))
    whole = PageView(http(200, text_start="«Сайт закрыт на ремонт»"))
    assert "сайт закрыт" not in quoted.text
    assert "сайт закрыт" in whole.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"article": {"en": ["How to"]}}, "lower case"),
        ({"article": {"fr": ["réparer"]}}, "without accents"),
        ({"trade": {"en": ["("]}}, "trade, en"),
        ({"trade": {"en": [""]}}, "words are expected"),
        ({"trade": {"en": ["open|"]}}, "without words"),
        ({"trades": {"en": ["open"]}}, "each once"),
    ],
)
def test_a_bad_list_says_what_is_wrong(change: dict[str, dict[str, list[str]]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        compile_signs(_GOOD | change)


def test_our_own_lists_are_well_formed() -> None:
    assert set(compile_signs(load("site_signs"))) == set(SIGNS)
