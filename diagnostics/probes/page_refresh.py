"""Find where an answer leads a browser: by Location, Refresh, a meta element or a script."""

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
_NO_SCRIPT_CAP = 64 * 1024
# One statement, always executed, that loads the same page or a literal URL.
_ONLY_STATEMENT = re.compile(
    r"\s{0,99}(?:(?:window|document|self|top)\.)?location"
    r"(?:\.reload\(\s{0,3}(?:true|false)?\s{0,3}\)"
    r"|(?:\.href)?\s{0,3}=\s{0,3}[\"']([^\"'<>\s]{1,500})[\"']"
    r"|\.(?:replace|assign)\(\s{0,3}[\"']([^\"'<>\s]{1,500})[\"']\s{0,3}\))\s{0,3};?\s{0,99}",
)
_LEADS = re.compile(
    r"\blocation(?:\.href)?\s{0,3}=\s{0,3}(?:\"([^\"<>\s]{1,500})\"|'([^'<>\s]{1,500})')\s{0,3}[;<}\n]"
    r"|\blocation\.(?:replace|assign)\(\s{0,3}(?:\"([^\"<>\s]{1,500})\"|'([^'<>\s]{1,500})')\s{0,3}\)",
)


# Browsers skip further slashes before a host (WHATWG URL, section 4.4); `urljoin` takes none for
# "the same host".
_MORE_SLASHES = re.compile(r"\A((?:https?:)?)/{3,}", re.IGNORECASE)


def redirect_target(url: str, location: str) -> str:
    """Resolve a Location against the URL of its answer (RFC 9110, section 10.2.2)."""
    place = _MORE_SLASHES.sub(r"\1//", location.strip())
    try:
        # The fragment is the browser's own business and never sent (RFC 9110, section 4.2.5).
        return urljoin(url, place).partition("#")[0]
    except ValueError:
        return location


def next_page(text: str, header: str, url: str) -> str | None:
    """Return the absolute URL that a browser loads next by itself, perhaps the page's own."""
    target = refresh_target(text, header, url) or script_target(text, url)
    return target or (url if reloads_itself(text, header, url) else None)


def reloads_itself(text: str, header: str, url: str) -> bool:
    """
    Check whether a page loads itself again at once, always.

    Only a Refresh without delay counts, because a page may show news that way, and only if no
    script runs: a script may set a cookie first, so that the next page is another one. The same by
    a script counts if that one statement is the only script.
    """
    if len(text) > _NO_SCRIPT_CAP:
        return False
    scripts = tags_of(text, {"script"})
    if not scripts:
        return any(_is_own(value, url) for value in (header, *_values(text)))
    if len(scripts) > 1 or scripts[0].get("src") or text.lower().count("<script") > 1:
        return False
    # The tag's position and text give the place of its content.
    begin = text.find(">", scripts[0].start + len(scripts[0].text)) + 1
    match = _ONLY_STATEMENT.fullmatch(text[begin : text.lower().find("</script", begin)])
    return match is not None and _is_same_page(match[1] or match[2] or "", url)


def _is_own(value: str, url: str) -> bool:
    match = _VALUE.fullmatch(value.strip())
    is_at_once = match is not None and match[1] is not None and int(match[1]) == 0
    # "0.9" is less than a second too, but few pages are written so.
    return match is not None and is_at_once and _is_same_page(match[2].strip(), url)


def _is_same_page(place: str, url: str) -> bool:
    """Check whether a URL is the page's own; one with a fragment loads nothing."""
    if "#" in place:
        return False
    try:
        return urljoin(url, place) == url.partition("#")[0]
    except ValueError:
        return False


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
