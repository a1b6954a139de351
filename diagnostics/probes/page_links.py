"""Count a page's links to other pages of its own host, and find the other domains it links to."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from diagnostics.probes.page_tags import tags_of
from diagnostics.targets import registered_domain

_MAX_TRIED = 400  # links; more don't change the result
_MAX_HOSTS, _MAX_DOMAINS = 30, 3
_START_PAGES = {"/", "/index.html", "/index.htm", "/index.php"}
# Paths that a CDN or a web server adds by itself, on whatever page.
_NOT_OF_THE_SITE = ("/cdn-cgi/", "/cgi-sys/", "/.well-known/")


class PageLinks(NamedTuple):
    """
    The number of linked pages of the own host, and other linked registered domains.

    Only the first few domains are kept, in the order of the page.
    """

    own: int
    other_domains: tuple[str, ...]


def read_links(markup: str, url: str) -> PageLinks:
    """
    Count the linked pages of the own host, without the page itself and the start page.

    `url` is the page's own; links are relative to a `base` element (HTML, section 4.2.3). A host
    with and without www is the same.
    """
    own, beginning = urlsplit(url), base_of(markup, url)
    pages: set[str] = set()
    hosts: dict[str, None] = {}
    for link in tags_of(markup, {"a"})[:_MAX_TRIED]:
        parts = _target_of(link.get("href"), beginning) if "href" in link.attributes else None
        if parts is None:
            continue
        if _bare(parts.hostname) == _bare(own.hostname):
            pages.add(_page_of(parts, own))
        else:
            hosts[parts.hostname or ""] = None
    domains = dict.fromkeys(registered_domain(host) for host in list(hosts)[:_MAX_HOSTS])
    domains.pop(registered_domain(own.hostname or ""), None)
    return PageLinks(len(pages - {""}), tuple(domains)[:_MAX_DOMAINS])


def _target_of(link: str, beginning: str) -> SplitResult | None:
    """Resolve a link; None if it doesn't lead to a page."""
    if link.startswith("#"):
        return None
    try:
        parts = urlsplit(joined(beginning, link))
        leads_on = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return None
    return parts if leads_on else None


def _page_of(parts: SplitResult, own: SplitResult) -> str:
    """Return path and query of a page of the host; "" for the page itself and the start page."""
    path = parts.path or "/"
    is_here = path == (own.path or "/") or path.lower() in _START_PAGES
    if path.startswith(_NOT_OF_THE_SITE) or (is_here and not parts.query):
        return ""
    return f"{path}?{parts.query}"


def base_of(markup: str, url: str) -> str:
    """Return the URL to which a page's relative links refer (HTML, section 4.2.3)."""
    base = next((tag.get("href") for tag in tags_of(markup, {"base"}) if tag.get("href")), "")
    return joined(url, base) if base else url


def joined(base: str, link: str) -> str:
    """Resolve a link of a page; "" if it isn't a URL."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")
