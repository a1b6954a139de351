"""Find the style sheets of a page, and those that browsers won't load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from diagnostics.probes.content_policy import ContentPolicy
from diagnostics.probes.page_links import base_of, joined
from diagnostics.probes.page_tags import tags_of
from diagnostics.targets import registered_domain

_MAX_LINKS = 200
# Alternative sheets, which a reader must choose, and hints, which don't apply a sheet.
_NOT_SHOWN = ("alternate", "preload", "prefetch", "dns-prefetch", "preconnect")


class StyleSheet(NamedTuple):
    """
    The URL of a style sheet, and the page's requirements.

    `integrity` are hashes ("" for none); `needs_leave`: from another origin, it needs CORS
    permission.
    """

    place: str
    integrity: str = ""
    needs_leave: bool = False


class PageStyles(NamedTuple):
    """
    The style sheets that a page links to.

    `blocked` counts those of its own domain that an https page loads by http, which browsers block
    (Mixed Content, section 5.1); `first_blocked` is the first of them.
    """

    sheets: int = 0
    blocked: int = 0
    first_blocked: str = ""


def judge_styles(sheets: Sequence[StyleSheet], url: str, rules: ContentPolicy) -> PageStyles:
    """
    Count a page's style sheets and those that browsers block; `url` is the page's own.

    If the page asks for an upgrade (Upgrade Insecure Requests, section 3.1), none is blocked.
    """
    own = urlsplit(url)
    if own.scheme != "https" or rules.upgrades:
        return PageStyles(len(sheets))
    domain = registered_domain(own.hostname or "")
    blocked = [sheet.place for sheet in sheets if _is_plain_at(sheet.place, domain)]
    return PageStyles(len(sheets), len(blocked), blocked[0] if blocked else "")


def style_sheets(markup: str, url: str) -> list[StyleSheet]:
    """Return the style sheets that apply to a page; `url` is the page's own."""
    beginning, sheets = base_of(markup, url), list[StyleSheet]()
    for link in tags_of(markup, {"link"})[:_MAX_LINKS]:
        words, href = link.get("rel").lower().split(), link.get("href")
        if href and "stylesheet" in words and not any(word in _NOT_SHOWN for word in words):
            needs_leave = "crossorigin" in link.attributes
            sheets.append(StyleSheet(joined(beginning, href), link.get("integrity"), needs_leave))
    return sheets


def _is_plain_at(place: str, domain: str) -> bool:
    try:
        parts = urlsplit(place)
    except ValueError:
        return False
    return parts.scheme == "http" and registered_domain(parts.hostname or "") == domain
