"""Own words lead to the checklist whose words they have most of, whatever their form."""

from __future__ import annotations

import pytest

from intake.authoring.loader import load_folder, load_text
from intake.authoring.simulation.file_tests import run_tests
from intake.free_text import Router
from intake.free_text.routing import WordsOfChecklist

WORDS: dict[str, WordsOfChecklist] = {
    "site": {"en": ["site", "site not open"], "ru": ["сайт", "сайт не открывается"]},
    "mail": {"en": ["mail", "letter"], "ru": ["почта", "письмо не приходит"]},
    "tls": {"en": ["certificate"], "ru": ["сертификат"]},
}
ROUTER = Router(WORDS)


@pytest.mark.parametrize(
    ("text", "checklist"),
    [
        ("My SITE doesn't open", "site"),
        ("the site does not even open", "site"),
        ("сайты второй день совсем не открываются", "site"),
        ("письма от клиентов не приходят", "mail"),
        ("сертефикат кончился", "tls"),  # a letter off
        ("certifcate", "tls"),  # a letter lacking
        ("cfqn yt jnrhsdftncz", "site"),  # the keyboard was in English
        ("pisma ne prihodyat", "mail"),  # Russian in Latin letters
        ("sayt ne otkryvaetsya", "site"),
        ("the site at 203.0.113.7:8080 doesn't open", "site"),
        ("caйт", "site"),  # the first two letters are Latin
    ],
)
def test_a_text_leads_to_its_checklist(text: str, checklist: str) -> None:
    assert ROUTER.route(text).chosen == checklist


def test_an_address_says_whose_it_is_and_not_what_is_wrong() -> None:
    """The mailbox of a site called so isn't a letter, and the site's name no certificate."""
    routing = ROUTER.route("mail@site.example certificate.example https://letter.example/site")
    assert routing.points == {}


@pytest.mark.parametrize(
    "text",
    ["example-shop.ru не работает", "shop.example doesn't work", "сайтshop.exampleне работает"],
)
def test_a_name_beside_what_fails_is_a_site(text: str) -> None:
    assert Router.for_checklists(load_folder()).route(text).chosen == "site-down"


@pytest.mark.parametrize(
    "text",
    ["не открывается сайт", "не открывается у нас сайт", "ne otkryvaetsya sait"],
)
def test_the_order_of_russian_words_is_free(text: str) -> None:
    assert ROUTER.route(text).points == {"site": 3}


def test_what_stands_within_anothers_phrase_counts_nothing() -> None:
    words: dict[str, WordsOfChecklist] = {
        "site": {"en": ["web server down"]},
        "server": {"en": ["server down", "ping"]},
    }
    assert Router(words).route("web server down").points == {"site": 3}
    assert Router(words).route("web server down, no ping").points == {"site": 3, "server": 1}


@pytest.mark.parametrize(
    "text",
    [
        "The site doesn't open.\n\nOn Monday Ann <ann@host.example> wrote:\n> Is your mail fine?",
        "On Monday Ann wrote:\n> Is your mail fine?\n\nThe site doesn't open.",
        "Сайт не открывается\n\nОт: Поддержка\nКому: Анна\nКак ваша почта?",
    ],
)
def test_what_is_quoted_is_another_letters_matter(text: str) -> None:
    assert ROUTER.route(text).chosen == "site"


@pytest.mark.parametrize(
    ("text", "checklist"),
    [
        ("логин petya, пароль Gorod-47x, сервер не отвечает на пинг", "server-down"),
        ("user: bob pass: Gate44way! my whole site gives 502", "site-down"),
        ("не пускает в панель, пароль Gorod-47x верный", "cannot-log-in"),
        ("my password Gate44way! is refused", "cannot-log-in"),
        ("mysql://shop:Gate44way@localhost/shop: too many connections", "database-error"),
    ],
)
def test_keys_handed_over_are_no_trouble_with_the_login(text: str, checklist: str) -> None:
    routing = Router.for_checklists(load_folder()).route(text)
    assert (routing.chosen or routing.likeliest[0]) == checklist


def test_where_two_are_level_none_is_chosen() -> None:
    routing = ROUTER.route("почта и сертификат")
    assert routing.chosen is None
    assert set(routing.likeliest) == {"mail", "tls"}


def test_almost_is_no_mail() -> None:
    """«Почти» has the stem of «почта»."""
    assert ROUTER.route("почти все").chosen is None


def test_a_phrase_ends_with_its_sentence() -> None:
    assert ROUTER.route("Сайт хороший. Не открывается дверь").points == {"site": 1}


@pytest.mark.parametrize("text", ["there is something", "I like the list of sub-sites, and you?"])
def test_right_words_are_no_slips_of_others(text: str) -> None:
    words: dict[str, WordsOfChecklist] = {"shop": {"en": ["theme"], "ru": ["сабсит"]}}
    assert Router(words).route(text).points == {}


def test_a_phrase_counts_by_its_words_and_each_word_once() -> None:
    assert ROUTER.route("сайт не открывается, сайт").points == {"site": 4}
    assert ROUTER.route("сайт, сайт, сайт").points == {"site": 1}


def test_what_two_checklists_have_counts_half() -> None:
    words: dict[str, WordsOfChecklist] = {
        "site": {"ru": ["не работает", "сайт"]},
        "mail": {"ru": ["не работает", "почта"]},
    }
    routing = Router(words).route("почта не работает")
    assert routing.points == {"site": 1, "mail": 2}
    assert routing.chosen == "mail"


@pytest.mark.parametrize(
    "text",
    [
        *("", "…", "\x00\ud800", "a." * 50_000, "ё" * 50_000, "'" * 50_000),
        *("> " * 10_000, "on " * 10_000, "пароль: логин x," * 2_000, "доступы: ключ •" * 2_000),
        *("mysql://" * 3_000, "-----BEGIN " * 2_000 + "••••••", "are you a " * 3_000),
    ],
    ids=lambda text: ascii(text[:8]),
)
def test_any_text_is_read(text: str) -> None:
    assert ROUTER.route(text).chosen is None


def test_a_test_in_the_file_fails_where_words_lead_elsewhere() -> None:
    """Beside another checklist's words the same letter may lead there, or to neither."""
    checklist = load_text(
        """
checklist: mail
title: {en: Mail, ru: Почта}
steps:
  - ask: email
    kind: e-mail
    role: contact
    text: {en: "E-mail", ru: "Адрес"}
words:
  en: [mail]
ticket:
  subject: "{email}"
  priority: [{otherwise: normal}]
  queue: [{otherwise: mail}]
tests:
  - name: leads here
    words: ["mail is broken", "the mail of my site doesn't open", "certificate of mail", "rain"]
"""
    )
    [alone] = run_tests(checklist)
    [beside] = run_tests(checklist, Router({**WORDS, "mail": {"en": ["mail"]}}))
    assert [unmet.path for unmet in alone.unmet] == [("words", 3)]
    assert [(unmet.path[-1], unmet.message_in("en")) for unmet in beside.unmet] == [
        (1, "it leads to 'site'"),
        (2, "it could mean 'mail' or 'tls'"),
        (3, "none of its words lead anywhere"),
    ]
