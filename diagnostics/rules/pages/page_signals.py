"""
Signals of a page: conditions on its title, words, markup, headers or size.

Words are compared in lower case and without the accents of Latin letters, so that one pattern finds
"suspendé" and "suspende". The site's own name in them is replaced by `<host>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache, partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from diagnostics.observations import HttpObservation
from diagnostics.rules.pages.page_words import fold, pattern_of, word_pattern
from diagnostics.targets import display_name, registered_domain

SIZES = {"short", "links", "own_links", "status", "no_header"}  # never enough by themselves
PROOFS = {"header", "cookie", "path", "loads"}  # what words can't imitate
CHEAP = ("short", "status", "links", "own_links", "header", "no_header", "cookie", "path", "title")
KIND_OF_VALUE: Mapping[str, type] = {
    **dict.fromkeys(("short", "links", "own_links", "status"), int),
    "names_host": bool,
    "one_company": bool,
    "on_site": bool,
    "on_trade": bool,
}
# Signals of words, and the parts of a page that each searches.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "heading": ("heading",),
    "headline": ("title", "heading"),
    "notice": ("title", "heading", "beginning"),
    "text": ("text",),
    "below": ("text_below",),
}
_OF_MARKUP = {"html", "path"}
_HOST = "<host>"
_NAMED_EARLY = 400  # characters at the beginning of the text in which a page names its host
# If less text than this remains without quotations, the quotation is the page: programs print
# their errors so.
_HARDLY_ANY = 120
# Quotations: «…», “…”, „…“, 「…」. Straight quotes are left, because programs print them.
_QUOTED = re.compile(r"«[^«»]{1,200}»|“[^“”]{1,200}”|„[^“”„]{1,200}[“”]|「[^「」]{1,200}」")
_TITLE = re.compile(r"<title(?:\s[^<>]{0,200})?>[^<]{0,2000}(?:</title\s{0,5}>)?", re.IGNORECASE)


class PageView:
    """The parts of a page that signals search, normalised once."""

    def __init__(self, page: HttpObservation) -> None:
        self.page = page

    @cached_property
    def title(self) -> str:
        """The title, normalised."""
        return self._words(self.page.title)

    @cached_property
    def heading(self) -> str:
        """The first heading, normalised."""
        return self._words(self.page.heading)

    @cached_property
    def text(self) -> str:
        """The visible text; for a page with status 200 without quotations and code."""
        text, unquoted = self.page.text_start, self.page.unquoted_start
        if self.page.status != HTTPStatus.OK:
            return self._words(text)
        if unquoted and len(unquoted) > _HARDLY_ANY:
            text = unquoted
        bare = _QUOTED.sub(" ", text)
        # A notice may name the site in quotes; if most of the page is quoted, nothing is removed.
        return self._words(" ".join(bare.split()) if len(bare) * 2 > len(text) else text)

    @cached_property
    def beginning(self) -> str:
        """The beginning of the text."""
        return self.text[:_NAMED_EARLY]

    @cached_property
    def text_below(self) -> str:
        """The visible text without the first heading."""
        return self.text.replace(self.heading, "", 1).strip() if self.heading else self.text

    @cached_property
    def markup(self) -> str:
        """The markup without the title, which has a signal of its own."""
        return _TITLE.sub("", self.page.body_start, count=1).lower().strip()

    @cached_property
    def loads(self) -> tuple[str, ...]:
        """The files that the page loads: `host/path`, or `/path` from its own domain."""
        return tuple(map(self._loaded, self.page.loads))

    @property
    def names_host(self) -> bool:
        """Whether the page names its host early, as parking pages do."""
        return _HOST in f"{self.title} {self.heading} {self.text[:_NAMED_EARLY]}"

    @cached_property
    def _names(self) -> re.Pattern[str]:
        host, own = self.page.host.lower(), registered_domain(self.page.host.lower())
        names = sorted({host, display_name(host), own, display_name(own)}, key=len, reverse=True)
        return re.compile(rf"(?<![\w.-])(?:www\.)?(?:{'|'.join(map(re.escape, names))})(?![\w-])")

    def _words(self, text: str) -> str:
        text = text.lower()
        return fold(self._names.sub(_HOST, text) if self.page.host else text)

    def _loaded(self, url: str) -> str:
        try:
            parts = urlsplit(url.lower())
            host = parts.hostname or ""
        except ValueError:
            return ""
        is_own = not host or registered_domain(host) == registered_domain(self.page.host)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return f"/{path.lstrip('/')}" if is_own else f"{host}/{path.lstrip('/')}"


def values_of(wanted: object) -> Iterable[Any]:
    """Return the values of a signal, which may be one or a list."""
    return wanted if isinstance(wanted, list) else [wanted]


def compile_signal(name: str, wanted: object) -> None:
    """Compile the patterns of one signal; others need none."""
    for value in values_of(wanted):
        # A word list takes long to compile and few pages need it, so it is compiled when used.
        if name in _PLACES and not str(value).startswith(("@", "=@")):
            word_pattern(str(value))
        elif name in _OF_MARKUP and str(value).startswith("~"):
            pattern_of(str(value)[1:])


def _has_markup(text: str, wanted: object) -> bool:
    """Check whether markup contains, is (=), begins with (^) or matches (~) any wanted value."""
    return any(_markup_says(text, str(value)) for value in values_of(wanted))


def _markup_says(text: str, wanted: str) -> bool:
    mark, rest = wanted[:1], wanted[1:]
    if mark == "~":
        return pattern_of(rest).search(text) is not None
    if mark in {"=", "^"}:
        return text == rest if mark == "=" else text.startswith(rest)
    return wanted in text


def _has_header(page: HttpObservation, wanted: object) -> bool:
    """Check for a header. `wanted` is "name" (present) or "name: words" (contains the words)."""
    for value in values_of(wanted):
        name, _, words = str(value).partition(":")
        header = page.headers.get(name.strip())
        if header is not None and words.strip() in header.lower():
            return True
    return False


def _has_cookie(page: HttpObservation, wanted: object) -> bool:
    return any(
        cookie.lower().startswith(str(value))
        for cookie in page.cookies
        for value in values_of(wanted)
    )


def _loads(view: PageView, wanted: object) -> bool:
    """
    Check whether the page loads from a host (`host.example`, or below it) or a path (`/file.js`).

    A host may be followed by the beginning of a path. Hosts of the page's own domain don't count.
    """
    paths, hosts = _places(tuple(map(str, values_of(wanted))))
    for url in view.loads:
        host, _, path = url.partition("/")
        if any(wanted_path in f"/{path}" for wanted_path in paths):
            return True
        while host:
            if any(path.startswith(beginning) for beginning in hosts.get(host, ())):
                return True
            host = host.partition(".")[2]
    return False


@lru_cache(maxsize=256)
def _places(values: tuple[str, ...]) -> tuple[tuple[str, ...], Mapping[str, list[str]]]:
    """Return the wanted paths, and by wanted host the beginnings of paths."""
    hosts: dict[str, list[str]] = {}
    for value in values:
        if not value.startswith("/"):
            host, _, beginning = value.partition("/")
            hosts.setdefault(host, []).append(beginning)
    return tuple(value for value in values if value.startswith("/")), hosts


def _path(page: HttpObservation, wanted: object) -> bool:
    parts = urlsplit(page.url.lower())
    places = (parts.path, f"{parts.path}?{parts.query}", page.headers.get("location", "").lower())
    return any(_has_markup(place, wanted) for place in places)


def _is_of_one_company(view: PageView) -> bool:
    """
    Check whether all links lead to one other domain, which the page names and loads from.

    That is typical of a hosting company's placeholder for a customer's site.
    """
    domains = view.page.other_domains
    if len(domains) != 1 or view.page.own_links:
        return False
    name = domains[0].partition(".")[0]
    is_named = name in f"{view.title} {view.heading} {view.text}"
    return is_named and any(url.partition("/")[0].endswith(domains[0]) for url in view.loads)


def _at_most(count: int | None, wanted: object) -> bool:
    return count is not None and count <= int(str(wanted))


class _WordSignal:
    """
    A signal that checks whether any of the given parts of a page has any of the wanted words.

    The part contains, is (=), begins with (^) or matches (~) them; `@name` stands for a list of
    `page_words.yaml`. A match begins at the beginning of a word, and contained words end at the end
    of one, so "robot" isn't found in "Roboter".
    """

    def __init__(self, places: tuple[str, ...], wanted: object) -> None:
        self._places = places
        self._wanted = wanted

    def __call__(self, view: PageView) -> bool:
        for place in self._places:
            words = getattr(view, place)
            for pattern in self._patterns:
                if pattern.search(words):
                    return True
        return False

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(word_pattern(str(value)) for value in values_of(self._wanted))


def signal_of(name: str, wanted: object) -> Callable[[PageView], bool]:
    """Return the function that checks a page for a signal; `name` is one of `SIGNAL_NAMES`."""
    if name in _PLACES:
        return _WordSignal(_PLACES[name], wanted)
    return partial(_LOOKS[name], wanted)


_LOOKS: Mapping[str, Callable[[object, PageView], bool]] = {
    "html": lambda wanted, view: _has_markup(view.markup, wanted),
    "header": lambda wanted, view: _has_header(view.page, wanted),
    "no_header": lambda wanted, view: not _has_header(view.page, wanted),
    "cookie": lambda wanted, view: _has_cookie(view.page, wanted),
    "loads": lambda wanted, view: _loads(view, wanted),
    "path": lambda wanted, view: _path(view.page, wanted),
    "status": lambda wanted, view: view.page.status in values_of(wanted),
    "short": lambda wanted, view: _at_most(view.page.text_size, wanted),
    "links": lambda wanted, view: _at_most(view.page.links, wanted),
    "own_links": lambda wanted, view: _at_most(view.page.own_links, wanted),
    "one_company": lambda wanted, view: _is_of_one_company(view) is bool(wanted),
    "names_host": lambda wanted, view: view.names_host is bool(wanted),
}
SIGNAL_NAMES = frozenset({*_PLACES, *_LOOKS})
