"""Links of a page: how many lead to other pages of its own host."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

from diagnostics.probes.page_markup import unescape

_MAX_TRIED = 400  # a page with more links has shown by then what it is
_HREF = re.compile(
    r"<a\s[^<>]{0,400}?\bhref\s*=\s*(\"[^\"<>]{0,300}|'[^'<>]{0,300}|[^\s\"'<>]{1,300})",
    re.IGNORECASE,
)
_BASE = re.compile(r"<base\s[^<>]{0,200}?\bhref\s*=\s*[\"']?([^\s\"'<>]{1,300})", re.IGNORECASE)
_START_PAGES = {"/", "/index.html", "/index.htm", "/index.php"}
# Paths that a CDN or a web server adds by itself, on whatever page.
_NOT_OF_THE_SITE = ("/cdn-cgi/", "/cgi-sys/", "/.well-known/")


def own_links(markup: str, url: str) -> int:
    """
    Count the different pages of its own host, other than itself and the start, that it links to.

    `url` is the page's own; a `base` element changes what links are relative to (HTML, section
    4.2.3). With and without www is one host.
    """
    own = urlsplit(url)
    base = _BASE.search(markup)
    beginning = _joined(url, base[1]) if base else url
    pages = set()
    for number, match in enumerate(_HREF.finditer(markup)):
        if number == _MAX_TRIED:
            break
        page = _page_of(unescape(match[1].lstrip("\"'")).strip(), beginning, own)
        if page:
            pages.add(page)
    return len(pages)


def _page_of(link: str, beginning: str, own: SplitResult) -> str:
    """Give path and query of another page of the host; "" for any other link."""
    if link.startswith("#"):
        return ""
    try:
        parts = urlsplit(_joined(beginning, link))
        is_own = _bare(parts.hostname) == _bare(own.hostname)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not is_own:
        return ""
    path = parts.path or "/"
    is_here = path == (own.path or "/") or path.lower() in _START_PAGES
    if path.startswith(_NOT_OF_THE_SITE) or (is_here and not parts.query):
        return ""
    return f"{path}?{parts.query}"


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")
