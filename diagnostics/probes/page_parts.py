"""Find the files that a page needs to look right, and whether its own policy permits them."""

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
# Signs of an inline script that writes into the page.
_WRITES = re.compile(
    r"document\.write|innerhtml|textcontent|innertext|insertadjacent|appendchild|\.(?:append|render)\(",
    re.IGNORECASE,
)
_PROGRAMS = {"", "module", "text/javascript", "application/javascript", "text/ecmascript"}
_PROGRAMS |= {"application/x-javascript", "text/x-javascript", "application/ecmascript"}
# Elements that show something without a script.
_CONTENT = (
    *("img", "picture", "canvas", "video", "audio", "iframe", "frame", "object", "embed", "svg"),
    *("form", "input", "table"),
)


class PageParts(NamedTuple):
    """
    The files that a page needs: the first scripts, style sheets and pictures of its own host.

    If only scripts of other hosts can fill the page, or all style sheets are of other hosts, these
    are listed. `is_shell` tells that the page shows next to nothing until a script fills it.
    `has_other_scripts` tells that there are scripts besides `parts`, or inline ones that write into
    the page.
    """

    parts: tuple[PagePart, ...] = ()
    is_shell: bool = False
    has_other_scripts: bool = False


class _File(NamedTuple):
    """A file that a tag loads; `needs_leave`: from another origin, it needs CORS permission."""

    place: str
    is_module: bool = False
    needs_leave: bool = False
    integrity: str = ""


def read_parts(
    markup: str, url: str, sheets: Sequence[StyleSheet], rules: ContentPolicy
) -> PageParts:
    """
    Return the files that a page needs; `url` is its own, `sheets` are its style sheets.

    If the page asks for an upgrade (Upgrade Insecure Requests, section 3.1), the URLs are the https
    ones that browsers then use.
    """
    seen = leave_out(leave_out(markup, "<!--", "-->"), "<noscript", "</noscript")
    scripts = list(_scripts(markup, base_of(markup, url)))
    own_scripts = [script for script in scripts if _is_own(script.place, url)]
    every_sheet = [
        _File(sheet.place, False, sheet.needs_leave, sheet.integrity) for sheet in sheets
    ]
    own_sheets = [sheet for sheet in every_sheet if _is_own(sheet.place, url)]
    # A page without a sheet of its own host may have all at other hosts, or need none.
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
    """Yield the scripts that current browsers load, in order."""
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
