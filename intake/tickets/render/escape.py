"""A customer's text is data in every form: what is done to it before it stands in one."""

from __future__ import annotations

import re
import textwrap

WIDTH = 78

_NEW_LINES = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# Controls; what turns, embeds or isolates direction; what is invisible; halves of characters.
# The joiners U+200C and U+200D stay: Persian is written and emoji are composed with them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SILENT = frozenset("\xad\u200b\u2060\ufeff")  # harmless, and pasted unknowingly


def visible(text: str) -> str:
    """
    The text with nothing in it that acts on a reader unseen.

    Every way to break a line becomes a plain new line; control and direction-changing characters
    are shown by their number, as in [U+202E] (Unicode TR 36, section 2.6; "Trojan Source", 2021).
    """
    return _HIDDEN.sub(_shown, _NEW_LINES.sub("\n", text))


def _shown(match: re.Match[str]) -> str:
    character = match.group()
    return "" if character in _SILENT else f"[U+{ord(character):04X}]"


def one_line(text: str, limit: int = 0) -> str:
    """The text on one line, cut to `limit` characters when that is given."""
    line = " ".join(visible(text).split())
    return line if not limit or len(line) <= limit else f"{line[: limit - 1]}…"


def indented(text: str, prefix: str) -> str:
    """
    The text under a prefix on each line, wrapped; long words (addresses) stay whole.

    With the prefix on every line a customer's text can't pass for a heading of ours.
    """
    lines: list[str] = []
    for line in visible(text).split("\n"):
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
    escaped = _ALWAYS.sub(r"\\\1", visible(text))
    escaped = _AUTOLINK.sub(_unlinked, escaped)
    return _AT_START.sub(_defused, escaped)


def _unlinked(match: re.Match[str]) -> str:
    return re.sub(r"([:.@])", r"\\\1", match.group())


def _defused(match: re.Match[str]) -> str:
    """A list, a heading or a rule at a line's start; indentation would make a block of code."""
    mark = match.group(2)
    return f"{match.group(1)}{mark}\\" if mark.isdigit() else f"{match.group(1)}\\{mark}"
