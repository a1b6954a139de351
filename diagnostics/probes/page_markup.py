"""Markup of a page: its visible words, without what it quotes, and its tags without its styles."""

from __future__ import annotations

import html
import re
import string

# Longer than any character's number (U+10FFFF): `html.unescape` would raise.
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
# `str.lower` makes two characters of some (U+0130): places in the result would not fit the text.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
# `(?![^\W_])`: `<header>` is no `<head>`.
_UNSEEN = re.compile(r"<(!--|(?:script|style|head)(?![^\W_]))")
_UNSEEN_OR_QUOTED = re.compile(r"<(!--|(?:script|style|head|pre|code|blockquote)(?![^\W_]))")
# Other tags, many in one step: a page may hold 200,000. What was matched is never tried otherwise.
_PLAIN_TAGS = {
    unseen: re.compile(rf"(?:(?!{unseen.pattern})<[^>]*+>\s*+)++")
    for unseen in (_UNSEEN, _UNSEEN_OR_QUOTED)
}
_STYLED = re.compile(r"<(style|svg)(?![^\W_])")
# Pictures inside the markup; one class of characters, so that time stays linear.
_INLINE_DATA = re.compile(r"data:[a-z]{1,20}/[^\s\"'<>)]{60,}")


def visible_text(markup: str) -> str:
    """
    Return the words of a page without its markup, scripts and styles, in one line.

    One pass in linear time, whatever the markup: what was once not found ahead is not looked for
    again. The standard library's parser isn't linear in every Python we run on (CVE-2025-6069).
    """
    return _words(markup, _UNSEEN)


def unquoted_text(markup: str) -> str:
    """Return the visible words that stand outside `pre`, `code` and `blockquote`."""
    return _words(markup, _UNSEEN_OR_QUOTED)


def without_styles(markup: str) -> str:
    """Return the markup without what is inside styles, drawings and inline pictures."""
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
    """Return the markup without these marks and what stands between them, in linear time."""
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
    """Return the text with A to Z in lower case, every character at its place."""
    return text.translate(_LOWER)


def unescape(text: str) -> str:
    """Read character references (HTML, section 13.5), those of no character as U+FFFD."""
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
    """Return what ends the tag, or the unseen element, that begins here."""
    opening = unseen.match(lower, start)
    if opening is None:
        return ">"
    closing = "-->" if opening[1] == "!--" else f"</{opening[1]}"
    return ">" if closing in never_closed else closing
