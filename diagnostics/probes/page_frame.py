"""A page that is nothing but a frame around another, as registrars forward a name by."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from diagnostics.net.response_head import ResponseHead
from diagnostics.probes.page_markup import leave_out, unescape, visible_text

_CAP = 32 * 1024  # such a page is short
_SHORT_TEXT = 60
_FRAME = re.compile(r"<(iframe|frame)\b([^<>]{0,800})>", re.IGNORECASE)
_SRC = re.compile(
    r"\bsrc\s*=\s*(?:\"([^\"<>]{1,500})\"|'([^'<>]{1,500})'|([^\s\"'<>]{1,500}))", re.IGNORECASE
)
# Counters and consent tools hide theirs.
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|\bhidden\b"
    r"|\b(?:width|height)\s*[=:]\s*[\"']?\s*[01](?:px)?\b",
    re.IGNORECASE,
)
# Whatever shows something besides, or may.
_CONTENT = re.compile(
    r"<(?:img|picture|canvas|video|audio|object|embed|svg|form|input|table|script)\b",
    re.IGNORECASE,
)
_FRAMESET = re.compile(r"<frameset\b", re.IGNORECASE)
_UNREAD = (("<!--", "-->"), ("<noscript", "</noscript"), ("<noframes", "</noframes"))
_MAX_RULE = 300


def frame_target(markup: str, url: str) -> str | None:
    """Return the absolute URL of the one frame that a page consists of; None for other pages."""
    if len(markup) > _CAP or "frame" not in markup.lower():
        return None
    seen = markup
    for opening, closing in _UNREAD:
        seen = leave_out(seen, opening, closing)
    has_more = _CONTENT.search(seen) and not _FRAMESET.search(seen)
    if has_more or len(visible_text(seen)) > _SHORT_TEXT:
        return None
    frames = [tag[2] for tag in _FRAME.finditer(seen) if not _HIDDEN.search(tag[2])]
    places = {place for attributes in frames if (place := _place(attributes, url))}
    return places.pop() if len(places) == 1 else None


def _place(attributes: str, url: str) -> str | None:
    match = _SRC.search(attributes)
    if match is None:
        return None
    try:
        place = urljoin(url, unescape(match[1] or match[2] or match[3]).strip()).partition("#")[0]
        is_page = urlsplit(place).scheme in {"http", "https"}
    except ValueError:
        return None
    return place if is_page and place != url.partition("#")[0] else None


def frame_rule(head: ResponseHead) -> str:
    """
    Return what a page says about who may frame it, "" for nothing.

    The policy's frame-ancestors counts before X-Frame-Options (CSP 3, section 6.4.2.2).
    """
    for policy in head.get("content-security-policy").lower().split(","):
        for directive in policy.split(";"):
            words = directive.split()
            if words and words[0] == "frame-ancestors":
                return " ".join(words)[:_MAX_RULE]
    return head.get("x-frame-options").lower().strip()[:_MAX_RULE]
