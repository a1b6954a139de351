"""Fingerprints of pages: two signals, an operator's own, and nothing that makes them slow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from diagnostics.catalogue.files import PAGE_FILES
from diagnostics.observations import HttpObservation
from diagnostics.probes.page import facts_of, text_of, title_of
from diagnostics.probes.page_markup import visible_text
from diagnostics.rules.pages.page_fingerprints import PageKind, check_pages, page_kind
from tests.diagnostics.test_rules import http


def seen(markup: str, status: int = 200, **more: object) -> HttpObservation:
    return http(status, **(facts_of(markup) | more))


def test_one_signal_accuses_nobody() -> None:
    assert page_kind(seen("<title>Welcome to nginx!</title>")) is None
    assert (
        page_kind(seen("<title>Shop</title><h1>Account suspended?</h1>" + "Well. " * 400)) is None
    )


def test_an_operators_own_page(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(
        "http.suspended_page:\n- {title: 'hosting 7', heading: '=paused', source: our panel}\n"
    )
    page = seen("<title>Hosting 7</title><h1>Paused</h1>")
    assert page_kind(page) is None
    suspended = PageKind("http.suspended_page")
    assert page_kind(page, (file,)) == page_kind(page, (tmp_path,)) == suspended


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tls.expired: []", "no code of a page"),
        ("- x", "codes with lists"),
        ("http.app_error: [{title: x}]", "at least two signals"),
        ("http.app_error: [{short: 9, links: 3}]", "not of size alone"),
        ("http.app_error: [{colour: x, title: y}]", "unknown signals colour"),
        ("http.app_error: [{title: '~(', text: y}]", "title"),
        ("http.app_error: [title", "ours.yaml"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_adds_nothing(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=said):
        check_pages(file)
    assert page_kind(seen("<title>x</title>"), (file,)) is None


def test_our_own_catalogue_is_well_formed() -> None:
    """Each file has one code, that of its name, and every file is one that is read."""
    files = sorted(Path("diagnostics/catalogue/pages").glob("*.yaml"))
    assert {file.stem for file in files} == set(PAGE_FILES)
    by_file = {file.stem: check_pages(file) for file in files}
    assert all(list(rows) == [f"http.{name}"] for name, rows in by_file.items())
    assert sum(len(rows) for found in by_file.values() for rows in found.values()) > 200


def test_visible_text_is_what_a_reader_sees() -> None:
    markup = (
        "<head><title>T</title></head><header>Top</header><style>a{}</style>"
        "<script>x<y</script><!-- no --><p>One&nbsp;two<br>three</p><scriptx>four"
    )
    assert visible_text(markup) == "Top One two three four"


def test_letters_that_grow_in_lower_case_move_nothing() -> None:
    """The Turkish dotted I becomes two characters by `str.lower`."""
    assert visible_text("İİİ<B>abc</B> def<STYLE>a{}</STYLE>") == "İİİ abc def"
    assert title_of("<title>İstanbul</TITLE>") == "İstanbul"


@pytest.mark.parametrize(
    "markup",
    [
        "<" * 60_000,
        "<script" * 9000,
        "<!--" * 15_000,
        "<h1>" * 15_000,
        "<title>" * 9000,
        "<h1 " * 15_000,
        "<title" * 10_000,
        "<a " * 20_000,
        "domain is not " * 4500,
        "сайт " * 12_000,
        "Error: at " * 6000,
        "error " + "a" * 60_000,
        "<head>" * 42_000,  # gzip makes 256 KB of it from 425 bytes: it took 45 s
        "<style>x" * 32_000,
        "<head></head>" * 20_000,
    ],
)
def test_no_markup_makes_it_slow(markup: str) -> None:
    """What takes quadratic time needs tens of seconds for these, in CPU time of this thread."""
    started = time.thread_time()
    page_kind(seen(markup))
    assert time.thread_time() - started < 5.0


def test_a_reference_to_no_character_is_no_fault_of_the_page() -> None:
    """Python refuses to read a number of 5,000 digits; a browser shows U+FFFD."""
    page = facts_of(f"<p>a&#{'9' * 5000};b&#x{'f' * 5000};<script src='&#{'9' * 200};'>")
    assert page["text_start"] == "a\ufffdb\ufffd"
    assert page["loads"] == ("\ufffd",)


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode-escape", "undefined", "no-such"])
def test_a_charset_that_is_none_of_pages_is_not_used(charset: str) -> None:
    """Python's "punycode" takes quadratic time, and no browser knows it."""
    body = "сайт-99zz".encode()
    assert text_of(body, {"content-type": f"text/html; charset={charset}"}) == "сайт-99zz"
