"""The body of an answer: read with a cap, decoded carefully, reduced to a title and a beginning."""

from __future__ import annotations

import codecs
import html
import re
import string
import zlib
from http.client import IncompleteRead
from typing import Any

from diagnostics.texts import escape_hidden

# 425 bytes of gzip may unpack to this much, and could to any size.
_DECODED_CAP = 256 * 1024
_ANY_COMPRESSION, _BARE_DEFLATE = 47, -15  # zlib: gzip or deflate by its header, or without one
_PACKED = {"gzip", "x-gzip", "deflate"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's codecs that are no encodings of pages (WHATWG Encoding, section 4.2), some of them slow.
_NO_PAGE_ENCODINGS = {
    *("idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf_7"),
}
# Longer than any character's number (U+10FFFF): `html.unescape` would raise.
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
_MAX_LOADS = 20
_TEXT_CAP = 2000
_OPENING = re.compile(r"<(title|h1|h2)(?:\s[^>]{0,300})?>", re.IGNORECASE)
# Bounded, as every pattern here is, so that time stays linear in the page's length.
_TRIES, _ELEMENT_CAP = 5, 2000
_LINK = re.compile(r"<a\s", re.IGNORECASE)
_LOADED = re.compile(
    r"<(?:script|iframe|frame|link|form|img)\b[^<>]{0,400}?\b(?:src|href|action)\s*=\s*"
    r"[\"']?([^\s\"'<>]{1,300})",
    re.IGNORECASE,
)
_REFRESH = re.compile(
    r"http-equiv\s*=\s*[\"']?refresh[^<>]{0,100}?url\s*=\s*[\"']?([^\s\"'<>]{1,300})",
    re.IGNORECASE,
)
# `str.lower` makes two characters of some (U+0130): places in the result would not fit the text.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_UNSEEN = re.compile(r"<(!--|(?:script|style|head)(?![^\W_]))")  # `<header>` is seen


def unpack(body: bytes, encoding: str | None, *, is_whole: bool | None) -> bytes:
    """
    Undo compression, which nobody asked for, with a cap (RFC 9110, section 8.4).

    Raises:
        ValueError: it is not what the header says, so that no browser can show it.
        IncompleteRead: it ends before its own end mark (RFC 1952, section 2.3).

    """
    if not body or (encoding or "").strip().lower() not in _PACKED:
        return body
    # Some servers send "deflate" without its zlib wrapper (RFC 9110, section 8.4.1.2).
    is_bare = "deflate" in str(encoding).lower() and body[0] & 0x0F != zlib.DEFLATED
    unpacker = zlib.decompressobj(_BARE_DEFLATE if is_bare else _ANY_COMPRESSION)
    try:
        plain = unpacker.decompress(body, _DECODED_CAP)
    except zlib.error as error:
        raise ValueError(f"not {encoding}: {error}") from error
    # The cap or a cut body may end it early; a whole body must end at its mark.
    if is_whole and not unpacker.eof and not unpacker.unconsumed_tail:
        raise IncompleteRead(plain)
    return plain


def text_of(body: bytes, headers: dict[str, str]) -> str:
    """Decode: by the byte order mark, else the charset announced (WHATWG Encoding, section 6)."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    announced = _CHARSET.search(headers.get("content-type", "").encode()) or _CHARSET.search(
        body[:2048]
    )
    name = announced[1].decode("ascii") if announced else "utf-8"
    try:
        if codecs.lookup(name).name.replace("-", "_") not in _NO_PAGE_ENCODINGS:
            return body.decode(name, "replace")
    except (LookupError, UnicodeError):
        pass
    return body.decode("utf-8", "replace")


def facts_of(text: str) -> dict[str, Any]:
    """What a reader sees of a page, and what it loads: enough to know a stock page again."""
    words = visible_text(text)
    heading = _element(text, {"h1", "h2"})
    loads = [match[1] for match in (*_REFRESH.finditer(text), *_LOADED.finditer(text))]
    return {
        "title": title_of(text),
        "heading": escape_hidden(visible_text(heading)),
        "text_start": escape_hidden(words, _TEXT_CAP),
        "text_size": len(words),
        "links": sum(1 for _ in _LINK.finditer(text)),
        "loads": tuple(escape_hidden(unescape(url), 120) for url in loads[:_MAX_LOADS]),
        "body_start": escape_hidden(" ".join(text.split()), 4096),
    }


def visible_text(markup: str) -> str:
    """
    Give the words of a page without its markup, scripts and styles, in one line.

    One pass in linear time, whatever the markup: what was once not found ahead is not looked for
    again. The standard library's parser isn't linear in every Python we run on (CVE-2025-6069).
    """
    lower, words, at = markup.translate(_LOWER), [], 0
    never_closed: set[str] = set()
    while at < len(markup):
        start = lower.find("<", at)
        if start < 0:
            words.append(markup[at:])
            break
        words.append(markup[at:start])
        closing = _closing_of(lower, start, never_closed)
        end = lower.find(closing, start + 1)
        if end < 0 and closing != ">":  # never closed: only the tag itself is unseen
            never_closed.add(closing)
            closing, end = ">", lower.find(">", start)
        if end < 0:
            break
        at = end + len(closing)
        if closing.startswith("</"):
            at = lower.find(">", end) + 1 or len(markup)
        words.append(" ")
    return " ".join(unescape("".join(words)).split())


def unescape(text: str) -> str:
    """Read character references (HTML, section 13.5), those of no character as U+FFFD."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))


def _closing_of(lower: str, start: int, never_closed: set[str]) -> str:
    """Give what ends the tag, or the unseen element, that begins here."""
    opening = _UNSEEN.match(lower, start)
    if opening is None:
        return ">"
    closing = "-->" if opening[1] == "!--" else f"</{opening[1]}"
    return ">" if closing in never_closed else closing


def title_of(text: str) -> str:
    """Give the page's title as harmless text."""
    return escape_hidden(" ".join(unescape(_element(text, {"title"})).split()))


def _element(text: str, tags: set[str]) -> str:
    """Give what stands in the first of these elements; few are tried, so nothing makes it slow."""
    tries = 0
    for opening in _OPENING.finditer(text):
        tag = opening[1].lower()
        if tag not in tags:
            continue
        inside = text[opening.end() : opening.end() + _ELEMENT_CAP]
        end = inside.translate(_LOWER).find(f"</{tag}")
        tries += 1
        if end >= 0:
            return inside[:end]
        if tries == _TRIES:
            break
    return ""
