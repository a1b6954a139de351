"""What a page asks of its own host to be seen as it is meant, and whether its policy allows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from diagnostics.observations import PagePart, PartKind
from diagnostics.probes.content_policy import ContentPolicy
from diagnostics.probes.page_links import base_of, joined
from diagnostics.probes.page_markup import leave_out, visible_text
from diagnostics.probes.page_styles import StyleSheet
from diagnostics.probes.page_tags import tags_of
from diagnostics.texts import escape_hidden

_MAX_PARTS = 3  # of each kind
_MAX_SCRIPTS, _MAX_PICTURES = 60, 200
_MAX_URL, _MAX_INTEGRITY = 500, 400
_SHORT_TEXT = 60  # "Loading…" and its like
_PICTURE = re.compile(
    r"\.(?:png|ico|svg|jpe?g|gif|webp|webmanifest|woff2)(?:[?#]|$)", re.IGNORECASE
)
# How a script in the page itself puts something into it.
_WRITES = re.compile(
    r"document\.write|innerhtml|textcontent|innertext|insertadjacent|appendchild|\.(?:append|render)\(",
    re.IGNORECASE,
)
_PROGRAMS = {"", "module", "text/javascript", "application/javascript", "text/ecmascript"}
_PROGRAMS |= {"application/x-javascript", "text/x-javascript", "application/ecmascript"}
# Whatever shows something without a script.
_CONTENT = (
    *("img", "picture", "canvas", "video", "audio", "iframe", "frame", "object", "embed", "svg"),
    *("form", "input", "table"),
)


class PageParts(NamedTuple):
    """
    What a page needs: the first scripts, style sheets and pictures of its own host.

    A page that only scripts of other hosts may fill needs those, and one whose styles are all
    elsewhere needs them. `is_shell`: it shows next to
    nothing until a script fills it. `has_other_scripts`: some come from other hosts than its
    `parts`, or stand in the page itself and write into it.
    """

    parts: tuple[PagePart, ...] = ()
    is_shell: bool = False
    has_other_scripts: bool = False


class _File(NamedTuple):
    """A file that a tag asks for; `needs_leave`: of elsewhere it must be open to the page."""

    place: str
    is_module: bool = False
    needs_leave: bool = False
    integrity: str = ""


def read_parts(
    markup: str, url: str, sheets: Sequence[StyleSheet], rules: ContentPolicy
) -> PageParts:
    """
    Read the parts of a page; `url` is its own, `sheets` are its style sheets.

    Where the page asks browsers to upgrade (Upgrade Insecure Requests, section 3.1) the places are
    those that browsers ask then.
    """
    seen = leave_out(leave_out(markup, "<!--", "-->"), "<noscript", "</noscript")
    scripts = list(_scripts(markup, base_of(markup, url)))
    own_scripts = [script for script in scripts if _is_own(script.place, url)]
    every_sheet = [
        _File(sheet.place, False, sheet.needs_leave, sheet.integrity) for sheet in sheets
    ]
    own_sheets = [sheet for sheet in every_sheet if _is_own(sheet.place, url)]
    # A page without a sheet of its own may have all of them elsewhere, or need none.
    if not own_sheets and not tags_of(markup, {"style"}):
        own_sheets = every_sheet
    is_shell = len(visible_text(seen)) <= _SHORT_TEXT and not tags_of(markup, _CONTENT)
    wanted = own_scripts or (scripts if is_shell else [])
    parts = (
        *_each("script", wanted, url, rules),
        *_each("style", own_sheets, url, rules),
        *_each("picture", [_File(place) for place in _pictures(markup, url)], url, rules),
    )
    has_others = len(wanted) < len(scripts) or bool(_WRITES.search(seen))
    return PageParts(parts, is_shell and bool(wanted), has_others)


def _pictures(markup: str, url: str) -> list[str]:
    beginning = base_of(markup, url)
    tags = tags_of(markup, {"img", "link"})[:_MAX_PICTURES]
    links = (tag.get("src" if tag.name == "img" else "href") for tag in tags)
    places = (joined(beginning, link) for link in links if _PICTURE.search(link))
    return [place for place in places if _is_own(place, url)]


def _each(
    kind: PartKind,
    files: list[_File],
    url: str,
    rules: ContentPolicy,
) -> Iterator[PagePart]:
    for file in list(dict.fromkeys(files))[:_MAX_PARTS]:
        asked = _upgraded(file.place) if rules.upgrades else file.place
        if len(asked) <= _MAX_URL:
            yield PagePart(
                kind=kind,
                url=escape_hidden(asked, _MAX_URL + 1),
                is_module=file.is_module,
                needs_leave=file.needs_leave and not _is_own(file.place, url),
                integrity=escape_hidden(file.integrity, _MAX_INTEGRITY),
                is_blocked=kind != "picture" and not rules.allows(kind, asked, url),
            )


def _scripts(markup: str, beginning: str) -> Iterator[_File]:
    """Return the scripts that browsers of today load, in order."""
    for tag in tags_of(markup, {"script"})[:_MAX_SCRIPTS]:
        source, name = tag.get("src"), tag.get("type").partition(";")[0].strip().lower()
        if source and name in _PROGRAMS and "nomodule" not in tag.attributes:
            is_module = name == "module"
            needs_leave = is_module or "crossorigin" in tag.attributes
            yield _File(joined(beginning, source), is_module, needs_leave, tag.get("integrity"))


def _is_own(place: str, url: str) -> bool:
    try:
        asked, own = urlsplit(place), urlsplit(url)
        is_own = (asked.hostname, asked.port) == (own.hostname, own.port)
    except ValueError:
        return False
    return is_own and asked.scheme == own.scheme


def _upgraded(place: str) -> str:
    parts = urlsplit(place)
    is_plain = parts.scheme == "http" and parts.port in {None, 80}
    return urlunsplit(("https", parts.hostname or "", *parts[2:])) if is_plain else place
