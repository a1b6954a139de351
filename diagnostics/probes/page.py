"""Unpack and decode the body of an answer, and extract its title, text and files."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from http.client import IncompleteRead
from typing import Any

from diagnostics.probes.page_charset import BYTE_ORDER_MARKS, announced_charset
from diagnostics.probes.page_links import read_links
from diagnostics.probes.page_markup import (
    ascii_lower,
    unescape,
    unquoted_text,
    visible_text,
    without_styles,
)
from diagnostics.probes.page_tags import tags_of
from diagnostics.texts import escape_hidden

# A few hundred bytes of gzip may unpack to this much, and could to any size.
_DECODED_CAP = 1024 * 1024
_ANY_COMPRESSION, _BARE_DEFLATE = 47, -15  # zlib: gzip or deflate by its header, or without one
_PACKED = {"gzip", "x-gzip", "deflate"}
_MAX_LOADS = 20
_TEXT_CAP, _MARKUP_CAP = 2000, 4096
_OPENING = re.compile(r"<(title|h1|h2)(?:\s[^>]{0,300})?>", re.IGNORECASE)
# Every pattern here is bounded, so that time stays linear in the page's length.
_TRIES, _ELEMENT_CAP = 5, 2000
_LOADING = ("script", "iframe", "frame", "link", "form", "img")
_REFRESH_URL = re.compile(r"url\s*=\s*[\"']?([^\s\"'<>]{1,300})", re.IGNORECASE)


def unpack(
    body: bytes, encoding: str | None, *, is_whole: bool | None
) -> tuple[bytes, bool | None]:
    """
    Decompress a body up to a limit (RFC 9110, section 8.4).

    Return the data, and whether it is the whole page; None if the limit ended it.

    Raises:
        ValueError: the body isn't compressed as the header says, so no browser can show it.
        IncompleteRead: the body ends before its own end mark (RFC 1952, section 2.3).

    """
    if not body or (encoding or "").strip().lower() not in _PACKED:
        return body, is_whole
    # Some servers send "deflate" without its zlib wrapper (RFC 9110, section 8.4.1.2).
    is_bare = "deflate" in str(encoding).lower() and body[0] & 0x0F != zlib.DEFLATED
    unpacker = zlib.decompressobj(_BARE_DEFLATE if is_bare else _ANY_COMPRESSION)
    try:
        plain = unpacker.decompress(body, _DECODED_CAP)
    except zlib.error as error:
        raise ValueError(f"not {encoding}: {error}") from error
    # The limit or an incomplete body may end it early; a complete body must end at its mark.
    if is_whole and not unpacker.eof and not unpacker.unconsumed_tail:
        raise IncompleteRead(plain)
    return plain, None if unpacker.unconsumed_tail else is_whole


def text_of(body: bytes, headers: dict[str, str]) -> str:
    """Decode by the byte order mark, else by the declared charset (WHATWG Encoding, section 6)."""
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        return body.decode(announced_charset(body, headers) or "utf-8", "replace")
    except (LookupError, UnicodeError):
        return body.decode("utf-8", "replace")


def facts_of(text: str, url: str = "", *, is_whole: bool = True) -> dict[str, Any]:
    """
    Return the visible text of a page and the files that it loads, to recognise stock pages.

    `url` is the page's own. The length of the text and the number of links are None if the page
    wasn't read completely.
    """
    words, unquoted = visible_text(text), unquoted_text(text)
    heading = _element(text, {"h1", "h2"})
    loads = [*_refreshes(text), *_loads(text)]
    links = len(tags_of(text, {"a"}))
    led = read_links(text, url) if url else None
    return {
        "title": title_of(text),
        "heading": escape_hidden(visible_text(heading)),
        "text_start": escape_hidden(words, _TEXT_CAP),
        "unquoted_start": None if words == unquoted else escape_hidden(unquoted, _TEXT_CAP),
        "text_size": len(words) if is_whole else None,
        "links": links if is_whole else None,
        "own_links": led.own if led else None,
        "other_domains": led.other_domains if led else (),
        "loads": tuple(escape_hidden(place, 120) for place in loads[:_MAX_LOADS]),
        "body_start": escape_hidden(" ".join(without_styles(text).split()), _MARKUP_CAP),
    }


def _loads(markup: str) -> Iterator[str]:
    for tag in tags_of(markup, _LOADING):
        if place := tag.get("src", "href", "action"):
            yield place


def _refreshes(markup: str) -> Iterator[str]:
    for meta in tags_of(markup, {"meta"}):
        if meta.get("http-equiv").lower() == "refresh":
            match = _REFRESH_URL.search(meta.get("content"))
            if match is not None:
                yield match[1]


def title_of(text: str) -> str:
    """Return the page's title, with unsafe characters escaped."""
    return escape_hidden(" ".join(unescape(_element(text, {"title"})).split()))


def _element(text: str, tags: set[str]) -> str:
    """Return the content of the first of these elements; few are tried, to bound the time."""
    tries = 0
    for opening in _OPENING.finditer(text):
        tag = opening[1].lower()
        if tag not in tags:
            continue
        inside = text[opening.end() : opening.end() + _ELEMENT_CAP]
        end = ascii_lower(inside).find(f"</{tag}")
        tries += 1
        if end >= 0:
            return inside[:end]
        if tries == _TRIES:
            break
    return ""
