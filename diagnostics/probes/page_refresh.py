"""Find where a page redirects a browser by itself: by Refresh, a meta element or a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from diagnostics.probes.page_markup import leave_out, visible_text
from diagnostics.probes.page_tags import tags_of

# A later refresh leaves time to read the page, or reloads it.
_AT_ONCE_S = 1
_HEAD_CAP = 64 * 1024
# HTML, section 4.2.5.3: seconds, a comma or semicolon, perhaps "url=", perhaps quotes.
_VALUE = re.compile(
    r"(\d{1,9})?[\d.]{0,9}\s{0,9}[;,]?\s{0,9}(?:url\s{0,9}=)?\s{0,9}[\"']?([^\"']{0,500})[\"']?",
    re.IGNORECASE,
)
_SCRIPT_CAP = 4096
_LEADS = re.compile(
    r"\blocation(?:\.href)?\s{0,3}=\s{0,3}(?:\"([^\"<>\s]{1,500})\"|'([^'<>\s]{1,500})')\s{0,3}[;<}\n]"
    r"|\blocation\.(?:replace|assign)\(\s{0,3}(?:\"([^\"<>\s]{1,500})\"|'([^'<>\s]{1,500})')\s{0,3}\)",
)


def refresh_target(text: str, header: str, url: str) -> str | None:
    """
    Return the absolute URL to which a page redirects at once; None if it doesn't.

    A page that reloads itself doesn't redirect.
    """
    for value in (header, *_values(text[:_HEAD_CAP])):
        match = _VALUE.fullmatch(value.strip())
        if match is None or not match[2].strip() or int(match[1] or 0) > _AT_ONCE_S:
            continue
        try:
            target = urljoin(url, match[2].strip()).partition("#")[0]
        except ValueError:
            return None
        return target if target != url.partition("#")[0] else None
    return None


def script_target(markup: str, url: str) -> str | None:
    """
    Return the absolute URL to which the script of a page without text redirects; else None.

    Only a single literal URL counts, because we can't know what a script computes.
    """
    if len(markup) > _SCRIPT_CAP or visible_text(leave_out(markup, "<noscript", "</noscript")):
        return None
    places = {match[1] or match[2] or match[3] or match[4] for match in _LEADS.finditer(markup)}
    if len(places) != 1:
        return None
    try:
        target = urljoin(url, places.pop()).partition("#")[0]
    except ValueError:
        return None
    return target if target != url.partition("#")[0] else None


def _values(text: str) -> Iterator[str]:
    """Yield the values of `<meta http-equiv="refresh">` elements."""
    for meta in tags_of(text, {"meta"}):
        if meta.get("http-equiv").lower() == "refresh" and "content" in meta.attributes:
            yield meta.attributes["content"]
