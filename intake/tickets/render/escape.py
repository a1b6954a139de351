"""Escape customers' texts, so that they are data in every form of a ticket."""

from __future__ import annotations

import re
import textwrap

from diagnostics.texts import escape_hidden_lines

WIDTH = 78


def indent(text: str, prefix: str) -> str:
    """
    Return the text wrapped under a prefix on each line; long words (addresses) stay whole.

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


_INLINE_MARKS = re.compile(r"([\\`*_\[\]<>|~&$^{}])")
_BLOCK_MARKS = re.compile(r"^(\s*)([-+=#:]|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
_AUTOLINK = re.compile(r"(://|\bwww\.|@|\b(?:mailto|xmpp):)", re.IGNORECASE)


def escape_commonmark(text: str) -> str:
    """
    Return the text escaped so that Markdown shows it as it was typed.

    Escapes what CommonMark 0.31 (section 2.4) and GitHub's extensions (autolinks, tables) would act
    on; a domain stays readable in the source.
    """
    escaped = _INLINE_MARKS.sub(r"\\\1", escape_hidden_lines(text))
    escaped = _AUTOLINK.sub(_escape_autolink, escaped)
    return _BLOCK_MARKS.sub(_escape_block_start, escaped)


def _escape_autolink(match: re.Match[str]) -> str:
    return re.sub(r"([:.@])", r"\\\1", match.group())


def _escape_block_start(match: re.Match[str]) -> str:
    """
    Escape a list, a heading or a rule at a line's start; indentation would make a block
    of code.
    """
    mark = match.group(2)
    return f"{match.group(1)}{mark}\\" if mark.isdigit() else f"{match.group(1)}\\{mark}"
