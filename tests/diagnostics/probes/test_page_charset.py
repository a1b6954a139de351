"""The encoding that a page names, and the one that it is in."""

from __future__ import annotations

import pytest

from diagnostics.probes.page_charset import announced_charset, misread_charset

RUSSIAN = "<p>Здравствуйте, это магазин у дома.</p>"


@pytest.mark.parametrize(
    ("markup", "content_type", "charset"),
    [
        ("<meta charset=windows-1251>", "text/html", "cp1251"),
        ("<meta charset=windows-1251>", "text/html; charset=UTF-8", "utf-8"),
        ("<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=koi8-r'>", "", "koi8-r"),
        ("<meta name=x content='charset=koi8-r'><meta charset=utf-8>", "", "utf-8"),
        ("<script src=/a.js charset=windows-1251></script><meta charset=utf-8>", "", "utf-8"),
        ("<!-- <meta charset=koi8-r> --><meta charset='utf-8'/>", "", "utf-8"),
        ("<link rel=stylesheet href=/a.css charset=windows-1251>", "", ""),
        ("<meta charset='punycode'>", "", ""),
        ("<meta charset='no such thing'>", "", ""),
        ("", "", ""),
    ],
)
def test_a_page_names_its_encoding_in_a_meta_element(
    markup: str, content_type: str, charset: str
) -> None:
    headers = {"content-type": content_type}
    assert announced_charset(markup.encode(), headers) == charset


def test_an_old_script_says_nothing_of_the_page() -> None:
    """Its `charset` is the script's own; the page without one is taken for what it is."""
    page = f"<script charset=windows-1251 src=/old.js></script>{RUSSIAN}"
    assert misread_charset(page.encode(), {}) is None
    told = misread_charset(f"<meta charset=windows-1251>{RUSSIAN}".encode(), {})
    assert told is not None
    assert (told.announced, told.actual) == ("windows-1251", "utf-8")
