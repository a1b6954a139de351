"""
Tags of a page as browsers read them, in one pass: none inside of a script, a comment or a quote.

The states are those of HTML, section 13.2.5, as far as tags and attributes go. Time is linear: what
is passed over is never read again, and a tag that isn't ended ends the reading, as in browsers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from diagnostics.probes.page_markup import unescape

_MAX_TAGS, _MAX_ATTRIBUTES, _MAX_VALUE = 5000, 60, 4000
_OPENING = re.compile(r"<(?:(!--)|(/?)([a-z][^\s/>]*+))", re.IGNORECASE)
# Up to the end of the tag, which no quoted value holds. Possessive, so that nothing is tried twice.
_VALUES = r"(?:[^>\"'=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+|[\"'])*+"
_REST = re.compile(rf"({_VALUES})>")
_ATTRIBUTE = re.compile(
    r"([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?+"
)
# What is in these is text for browsers that run scripts, or waits until a script takes it.
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
# Tags that nobody asks for, many in one step: a page may hold 200,000.
_UNREAD = re.compile(
    rf"(?:[^<]*+<(?:/[a-z]|(?!(?:{'|'.join(_READ | _CLOSING.keys())})(?:[\s/>]|$))[a-z])"
    rf"[^\s/>]*+{_VALUES}>)++",
    re.IGNORECASE,
)


class Tag:
    """An opening tag: its name in lower case, where it begins, and its attributes."""

    def __init__(self, name: str, start: int, text: str) -> None:
        self.name, self.start, self.text = name, start, text

    # Not kept: of a page that is all attributes they would take much more than the page itself.
    @property
    def attributes(self) -> Mapping[str, str]:
        """Values by name in lower case, the first of a name; "" where there is none."""
        attributes: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.text):
            value = match[2] or match[3] or match[4] or ""
            attributes.setdefault(match[1].lower(), unescape(value[:_MAX_VALUE]))
            if len(attributes) == _MAX_ATTRIBUTES:
                break
        return attributes

    def get(self, *names: str) -> str:
        """Return the first of these attributes that has a value, without space around; else ""."""
        attributes = self.attributes
        values = (attributes.get(name, "").strip() for name in names)
        return next((value for value in values if value), "")


def tags_of(markup: str, names: Collection[str]) -> list[Tag]:
    """Return the tags of these names, in order."""
    return [tag for tag in _read(markup) if tag.name in names]


# Several readers ask about one page, one after another.
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
