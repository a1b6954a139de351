"""
Parse the tags of a page as browsers do, in one pass, without those in scripts, comments or quotes.

It follows the states of HTML, section 13.2.5, for tags and attributes. Time is linear: nothing is
read twice, and an unfinished tag ends the parsing, as in browsers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from diagnostics.probes.page_markup import unescape

_MAX_TAGS, _MAX_ATTRIBUTES, _MAX_VALUE = 5000, 60, 4000
_OPENING = re.compile(r"<(?:(!--)|(/?)([a-z][^\s/>]*+))", re.IGNORECASE)
# Up to the end of the tag; ">" in a quoted value doesn't end it. Possessive: no backtracking.
_VALUES = r"(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+|[\"'])*+"
_REST = re.compile(rf"({_VALUES})>")
_ATTRIBUTE = re.compile(
    r"([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?+"
)
# For browsers with scripts, the content of these is text, or is used only by a script.
_CLOSING = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in (
        *("script", "style", "noscript", "template", "textarea", "title"),
        *("iframe", "noframes", "noembed", "xmp"),
    )
}
_READ = frozenset(
    (
        *("a", "base", "link", "meta", "script", "style", "frameset", "frame", "iframe", "form"),
        *("img", "picture", "canvas", "video", "audio", "object", "embed", "svg", "input", "table"),
    )
)
# Tags that we don't need, many in one match, because a page may have 200,000.
_UNREAD = re.compile(
    rf"(?:[^<]*+<(?:/[a-z]|(?!(?:{'|'.join(_READ | _CLOSING.keys())})(?:[\s/>]|$))[a-z])"
    rf"[^\s/>]*+{_VALUES}>)++",
    re.IGNORECASE,
)


class Tag:
    """An opening tag: its name in lower case, its position, and its attributes."""

    def __init__(self, name: str, start: int, text: str) -> None:
        self.name, self.start, self.text = name, start, text

    # Not cached: for a page full of attributes they would take much more memory than the page.
    @property
    def attributes(self) -> Mapping[str, str]:
        """Values by name in lower case; "" for none. Of a repeated attribute the first counts."""
        attributes: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.text):
            value = match[2] or match[3] or match[4] or ""
            attributes.setdefault(match[1].lower(), unescape(value[:_MAX_VALUE]))
            if len(attributes) == _MAX_ATTRIBUTES:
                break
        return attributes

    def get(self, *names: str) -> str:
        """Return the first of these attributes that has a value, stripped; "" without one."""
        attributes = self.attributes
        values = (attributes.get(name, "").strip() for name in names)
        return next((value for value in values if value), "")


def tags_of(markup: str, names: Collection[str]) -> list[Tag]:
    """Return the tags of these names, in order."""
    return [tag for tag in _read(markup) if tag.name in names]


# Several functions read the same page one after another.
@lru_cache(maxsize=4)
def _read(markup: str) -> tuple[Tag, ...]:
    return tuple(_tags(markup))


def _tags(markup: str) -> Iterator[Tag]:
    at = count = 0
    while count < _MAX_TAGS and (opening := _next_opening(markup, at)):
        if opening[1]:
            # "<!-->" and "<!--->" are ended comments (section 13.2.5.43).
            at = markup.find("-->", opening.end() - 2) + 3
            if at < opening.end():
                return
            continue
        rest, name = _REST.match(markup, opening.end()), opening[3].lower()
        if rest is None:
            return
        at = rest.end()
        if opening[2]:
            continue
        if name in _READ:
            count += 1
            yield Tag(name, opening.start(), rest[1])
        if name in _CLOSING:
            closing = _CLOSING[name].search(markup, at)
            if closing is None:
                return
            at = closing.start()


def _next_opening(markup: str, at: int) -> re.Match[str] | None:
    unread = _UNREAD.match(markup, at)
    return _OPENING.search(markup, unread.end() if unread else at)
