"""Extract the visible text of a page, without quotations too, and its markup without styles."""

from __future__ import annotations

import html
import re
import string

# Longer than any character's number (U+10FFFF): `html.unescape` would raise.
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
# `str.lower` turns some characters (U+0130) into two, which would shift positions.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
# `(?![^\W_])`: `<header>` isn't `<head>`.
_UNSEEN = re.compile(r"<(!--|(?:script|style|head)(?![^\W_]))")
_UNSEEN_OR_QUOTED = re.compile(r"<(!--|(?:script|style|head|pre|code|blockquote)(?![^\W_]))")
# Other tags, many in one match, because a page may have 200,000. Possessive: no backtracking.
_PLAIN_TAGS = {
    unseen: re.compile(rf"(?:(?!{unseen.pattern})<[^>]*+>\s*+)++")
    for unseen in (_UNSEEN, _UNSEEN_OR_QUOTED)
}
_STYLED = re.compile(r"<(style|svg)(?![^\W_])")
# Pictures inside the markup; one class of characters, so that time stays linear.
_INLINE_DATA = re.compile(r"data:[a-z]{1,20}/[^\s\"'<>)]{60,}")


def visible_text(markup: str) -> str:
    """
    Return the text of a page without markup, scripts and styles, in one line.

    It takes one pass in linear time, whatever the markup: a closing tag that wasn't found is not
    searched for again. The standard library's parser isn't linear in every Python that we support
    (CVE-2025-6069).
    """
    return _words(markup, _UNSEEN)


def unquoted_text(markup: str) -> str:
    """Return the visible text outside `pre`, `code` and `blockquote`."""
    return _words(markup, _UNSEEN_OR_QUOTED)


def without_styles(markup: str) -> str:
    """Return the markup without the content of styles, SVG drawings and inline pictures."""
    lower, parts, at = ascii_lower(markup), [], 0
    never_closed: set[str] = set()
    while opening := _STYLED.search(lower, at):
        end = -1
        if opening[1] not in never_closed:
            end = lower.find(f"</{opening[1]}", opening.end())
        if end < 0:
            never_closed.add(opening[1])
        parts.append(markup[at : opening.end()])
        at = max(end, opening.end())
    parts.append(markup[at:])
    return _INLINE_DATA.sub("data:", "".join(parts))


def leave_out(markup: str, opening: str, closing: str) -> str:
    """Return the markup without these delimiters and everything between them, in linear time."""
    lower, parts, at = ascii_lower(markup), [], 0
    while (start := lower.find(opening, at)) >= 0:
        end = lower.find(closing, start + len(opening))
        parts.append(markup[at:start])
        if end < 0:
            return "".join(parts)
        at = end + len(closing)
        if closing.startswith("</"):
            at = lower.find(">", at) + 1 or len(markup)
    return "".join([*parts, markup[at:]])


def ascii_lower(text: str) -> str:
    """Return the text with A to Z in lower case, and all characters at the same positions."""
    return text.translate(_LOWER)


def unescape(text: str) -> str:
    """Replace character references (HTML, section 13.5); invalid ones become U+FFFD."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))


def _words(markup: str, unseen: re.Pattern[str]) -> str:
    lower, words, at = ascii_lower(markup), [], 0
    plain_tags = _PLAIN_TAGS[unseen]
    never_closed: set[str] = set()
    while at < len(markup):
        start = lower.find("<", at)
        if start < 0:
            words.append(markup[at:])
            break
        words.append(markup[at:start])
        if plain := plain_tags.match(lower, start):
            words.append(" ")
            at = plain.end()
            continue
        closing = _closing_of(lower, start, unseen, never_closed)
        end = lower.find(closing, start + 1)
        if end < 0 and closing != ">":  # never closed: only the tag itself is unseen
            never_closed.add(closing)
            closing, end = ">", lower.find(">", start)
        if end < 0:
            break
        at = end + len(closing)
        if closing.startswith("</"):
            at = lower.find(">", end) + 1 or len(markup)
        words.append(" ")
    return " ".join(unescape("".join(words)).split())


def _closing_of(lower: str, start: int, unseen: re.Pattern[str], never_closed: set[str]) -> str:
    """Return the text that ends the tag or the invisible element that begins here."""
    opening = unseen.match(lower, start)
    if opening is None:
        return ">"
    closing = "-->" if opening[1] == "!--" else f"</{opening[1]}"
    return ">" if closing in never_closed else closing
