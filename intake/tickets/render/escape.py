"""A customer's text is data in every form: what is done to it before it stands in one."""

from __future__ import annotations

import re
import textwrap

from diagnostics.texts import escape_hidden_lines

WIDTH = 78


def indented(text: str, prefix: str) -> str:
    """
    The text under a prefix on each line, wrapped; long words (addresses) stay whole.

    With the prefix on every line a customer's text can't pass for a heading of ours.
    """
    lines: list[str] = []
    for line in escape_hidden_lines(text).split("\n"):
        wrapped = textwrap.wrap(
            line.expandtabs(4),
            width=WIDTH - len(prefix),
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
        lines.extend(f"{prefix}{part}" for part in wrapped or [""])
    return "\n".join(line.rstrip() for line in lines)


_ALWAYS = re.compile(r"([\\`*_\[\]<>|~&$^{}])")
_AT_START = re.compile(r"^(\s*)([-+=#:]|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
_AUTOLINK = re.compile(r"(://|\bwww\.|@|\b(?:mailto|xmpp):)", re.IGNORECASE)


def markdown(text: str) -> str:
    """
    The text so that Markdown shows it as it was typed.

    Escapes what CommonMark 0.31 (section 2.4) and GitHub's extensions (autolinks, tables) would
    act on; a domain stays readable in the source.
    """
    escaped = _ALWAYS.sub(r"\\\1", escape_hidden_lines(text))
    escaped = _AUTOLINK.sub(_unlinked, escaped)
    return _AT_START.sub(_defused, escaped)


def _unlinked(match: re.Match[str]) -> str:
    return re.sub(r"([:.@])", r"\\\1", match.group())


def _defused(match: re.Match[str]) -> str:
    """A list, a heading or a rule at a line's start; indentation would make a block of code."""
    mark = match.group(2)
    return f"{match.group(1)}{mark}\\" if mark.isdigit() else f"{match.group(1)}\\{mark}"
