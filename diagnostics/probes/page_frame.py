"""Detect a page that consists of one frame, with which registrars forward a name."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from diagnostics.net.response_head import ResponseHead
from diagnostics.probes.page_markup import leave_out, visible_text
from diagnostics.probes.page_tags import Tag, tags_of

_CAP = 32 * 1024  # such a page is short
_SHORT_TEXT = 60
_FRAMES = ("iframe", "frame")
# Counters and consent tools hide their frames.
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|\bhidden\b"
    r"|\b(?:width|height)\s*[=:]\s*[\"']?\s*[01](?:px)?\b",
    re.IGNORECASE,
)
# Elements that show something else, or may.
_CONTENT = (
    *("img", "picture", "canvas", "video", "audio", "object", "embed", "svg"),
    *("form", "input", "table", "script"),
)
_UNREAD = (("<!--", "-->"), ("<noscript", "</noscript"), ("<noframes", "</noframes"))
_MAX_RULE = 300


def frame_target(markup: str, url: str) -> str | None:
    """Return the absolute URL of the one frame that a page consists of; None for other pages."""
    if len(markup) > _CAP or "frame" not in markup.lower():
        return None
    seen = markup
    for opening, closing in _UNREAD:
        seen = leave_out(seen, opening, closing)
    has_more = tags_of(markup, _CONTENT) and not tags_of(markup, {"frameset"})
    if has_more or len(visible_text(seen)) > _SHORT_TEXT:
        return None
    frames = [tag for tag in tags_of(markup, _FRAMES) if not _HIDDEN.search(tag.text)]
    places = {place for frame in frames if (place := _place(frame, url))}
    return places.pop() if len(places) == 1 else None


def _place(frame: Tag, url: str) -> str | None:
    if not frame.get("src"):
        return None
    try:
        place = urljoin(url, frame.get("src")).partition("#")[0]
        is_page = urlsplit(place).scheme in {"http", "https"}
    except ValueError:
        return None
    return place if is_page and place != url.partition("#")[0] else None


def frame_rule(head: ResponseHead) -> str:
    """
    Return the rule about which pages may frame this one; "" without a rule.

    The policy's frame-ancestors overrides X-Frame-Options (CSP 3, section 6.4.2.2).
    """
    for policy in head.get("content-security-policy").lower().split(","):
        for directive in policy.split(";"):
            words = directive.split()
            if words and words[0] == "frame-ancestors":
                return " ".join(words)[:_MAX_RULE]
    return head.get("x-frame-options").lower().strip()[:_MAX_RULE]
