"""Pages that browsers read as XML."""

from __future__ import annotations

import time

import pytest

from diagnostics.probes.page_xml import find_xml_error, xml_error_of

PUBLIC = b"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'http://www.w3.org/x.dtd'>"


@pytest.mark.parametrize(
    ("body", "has_error"),
    [
        (b"<html><body><p>Pots</p><br/></body></html>", False),
        (PUBLIC + b"<html><body>Pots&nbsp;and kettles</body></html>", False),
        (b"\xef\xbb\xbf<?xml version='1.0'?><html>Pots</html>", False),
        (b"<html><body><br></body></html>", True),
        (b"<html><body>Pots & kettles</body></html>", True),
        (b"<!DOCTYPE html><html>Pots&nbsp;</html>", True),  # no browser knows it there
        (b"\r\n<?xml version='1.0'?><html/>", True),
        (b"<p>one</p><p>two</p>", True),
    ],
)
def test_the_mistake_that_ends_a_page(body: bytes, has_error: bool) -> None:  # noqa: FBT001
    assert bool(find_xml_error(body, "utf-8")) is has_error


def test_entities_of_its_own_are_not_expanded() -> None:
    lots = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 30))
    body = b'<!DOCTYPE h [<!ENTITY e0 "x">' + lots + b"]><h>&e29;"
    outside = b'<!DOCTYPE h [<!ENTITY e SYSTEM "file:///etc/passwd">]><h>&e;'
    started = time.monotonic()
    assert find_xml_error(body, "") == find_xml_error(outside, "") == ""
    assert time.monotonic() - started < 1


def test_an_encoding_that_is_not_known_says_nothing() -> None:
    assert find_xml_error(b"<html><br>", "x-nobody-knows") == ""


@pytest.mark.parametrize(
    ("kind", "has_error"),
    [
        ("application/xhtml+xml", True),
        ("Application/XHTML+XML; charset=utf-8", True),
        ("text/html", False),
        ("application/xml", False),
        ("", False),
    ],
)
def test_only_what_browsers_read_as_xml_is_judged(kind: str, has_error: bool) -> None:  # noqa: FBT001
    assert bool(xml_error_of(b"<html><br></html>", {"content-type": kind})) is has_error
