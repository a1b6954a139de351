"""The character encoding of a page: the declared one, and the one that it really has."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import NamedTuple

from diagnostics.probes.page_tags import tags_of

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python codecs that aren't encodings of pages (WHATWG Encoding, section 4.2), some of them slow.
_NO_PAGE_ENCODINGS = {
    *("idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf_7"),
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_-]{2,30}")
_HEAD_BYTES = 2048
_FEWEST = 20  # letters beyond ASCII; with fewer, nothing is concluded
_ASCII, _NEARLY_ALL = bytes(range(128)), 0.9
_CYRILLIC = re.compile("[А-Яа-яЁё]")


class Misread(NamedTuple):
    """The encoding that a page declares, and the one that it really has; "" if unknown."""

    announced: str
    actual: str


def announced_charset(body: bytes, headers: Mapping[str, str]) -> str:
    """
    Return the encoding that a page declares; the header overrides markup (HTML, 13.2.3.2).

    It is the name of a Python codec; "" if none is declared, or one that isn't used for pages.
    """
    named = _named_charset(body, headers)
    try:
        name = codecs.lookup(named).name if named else ""
    except (LookupError, UnicodeError):
        return ""
    return "" if name.replace("-", "_") in _NO_PAGE_ENCODINGS else name


def _named_charset(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the declared name as it is written, which its author knows."""
    named = _CHARSET.search(headers.get("content-type", ""))
    if named is not None:
        return named[1]
    for meta in tags_of(body[:_HEAD_BYTES].decode("latin-1"), {"meta"}):
        if _NAME.fullmatch(meta.get("charset")):
            return meta.get("charset")
        named = _CHARSET.search(meta.get("content"))
        if named is not None and meta.get("http-equiv").lower() == "content-type":
            return named[1]
    return ""


def misread_charset(body: bytes, headers: Mapping[str, str]) -> Misread | None:
    """
    Detect a page that has another encoding than it declares; None if nothing shows that.

    Text in another encoding is valid UTF-8 by chance only if it has hardly any letter beyond ASCII,
    and Cyrillic bytes are never valid UTF-8 for long (RFC 3629, section 3).
    """
    announced = announced_charset(body, headers)
    if not announced or any(body.startswith(mark) for mark, _ in BYTE_ORDER_MARKS):
        return None
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(body)  # the end may be cut off
    letters = sum(character > "\x7f" for character in text)
    wrong = text.count("\ufffd") - body.count("\ufffd".encode())
    if letters < _FEWEST:
        return None
    named = _named_charset(body, headers)
    if announced == "utf-8":
        return Misread(named, _in_cyrillic(body)) if wrong * 2 > letters else None
    is_single_byte = not announced.startswith(
        ("utf", "gb", "big5", "euc", "shift", "iso2022", "hz")
    )
    return Misread(named, "utf-8") if is_single_byte and not wrong else None


def _in_cyrillic(body: bytes) -> str:
    """Return "windows-1251" if nearly all its bytes are Cyrillic letters in it; else ""."""
    foreign = body.translate(None, _ASCII)
    letters = len(_CYRILLIC.findall(foreign.decode("cp1251", "replace")))
    return "windows-1251" if letters > _NEARLY_ALL * len(foreign) else ""
