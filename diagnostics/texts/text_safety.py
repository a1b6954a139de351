"""
Make untrusted text safe to show: one table of characters, three policies.

Dangerous characters are those that a reader doesn't see and that act nevertheless: they hide words,
turn the direction of a line or smuggle a message past a check (Unicode TR #36, section 2.6; "Trojan
Source", CVE-2021-42574; tag characters and variation selectors as carriers of hidden text).

- `escape_hidden`: for text from the network. A person at the desk must see what a server sent, so
  nothing is lost: each such character becomes an escape. `escape_hidden_lines` keeps the lines.
- `drop_hidden`: for what a customer typed. Such characters get there by pasting.
- `one_line`: for subjects, headers and logs; escaped as in `escape_hidden_lines`.

Cyrillic, Hebrew, Arabic and emoji pass unchanged under all three. A joiner (U+200C, U+200D) stays
where writing needs it: after a letter of a script that joins (RFC 5892, appendix A), and between
two emoji. A variation selector stays after a symbol that has an emoji form (UTS #51). Flags of
England, Scotland and Wales become a plain black flag, because they are spelled with tag characters.
"""

from __future__ import annotations

import json
import re

ELLIPSIS = "…"

# The classes that are dangerous wherever they stand, as ranges of a regular expression.
DANGEROUS = {
    "controls": "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f",
    "direction": "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f",
    "invisible": "\xad\u034f\u180b-\u180f\u200b\u2060-\u2065\ufeff\ufff0-\ufffb",
    "fillers": "\u115f\u1160\u17b4\u17b5\u3164\uffa0",  # letters without a shape
    "music and shorthand": "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a",
    "tags and selectors": "\U000e0000-\U000e0fff",
    "no characters": "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff",
}
_SILENT = frozenset("\xad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff")  # often pasted unknowingly
_JOINERS = frozenset("\u200c\u200d")

_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
# Arabic and its neighbours, the scripts of India, Burmese, Khmer and Mongolian.
_JOINING = (
    "\u0620-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u180a\u1820-\u18af\ufb50-\ufdcf"
)
_HIDDEN = re.compile(
    f"[{''.join(DANGEROUS.values())}]"
    f"|(?<![{_JOINING}])\u200c"
    f"|(?<![{_JOINING}{_EMOJI}\ufe0f])\u200d|(?<=[{_EMOJI}\ufe0f])\u200d(?![{_EMOJI}])"
    f"|[\ufe00-\ufe0d]|(?<![{_EMOJI}0-9#*])[\ufe0e\ufe0f]|(?<=[0-9#*])[\ufe0e\ufe0f](?!\u20e3)"
)
_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def escape_hidden(text: str, limit: int = 200) -> str:
    r"""
    Return text from the network on one line, what is hidden in it as escapes such as `\u202e`.

    `limit` is the most characters to return; an ellipsis tells that there was more. A banner, a
    title or a certificate's name is somebody else's text.
    """
    # Cut first: a page may be large, and escapes only make it longer.
    text = text[: limit + 1]
    if not (text.isascii() and text.isprintable()):
        text = _HIDDEN.sub(lambda match: _escape(match[0]), text)
        text = "".join(map(_escape_unprintable, text))
    return cut(text, limit)


def escape_hidden_lines(text: str) -> str:
    """
    Return a person's text with its lines, hidden characters as numbers such as [U+202E].

    Every kind of line break becomes a plain new line. Harmless characters that are often pasted
    unknowingly, such as a soft hyphen, are dropped.
    """
    return _HIDDEN.sub(_number_or_nothing, _LINE_ENDS.sub("\n", text))


def escape_hidden_json(document: str) -> str:
    """
    Return a JSON document (RFC 8259) with escapes for what is hidden in its strings.

    Programs read the same text back, and a terminal shows it as it is: encoders escape the first 32
    characters only, not the other controls that a terminal obeys, nor the marks of direction.
    """
    return _HIDDEN.sub(_escape_in_json, document)


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON for a terminal or a program; see `escape_hidden_json`."""
    return escape_hidden_json(json.dumps(value, ensure_ascii=False, indent=indent))


def drop_hidden(text: str, *, keep_lines: bool) -> str:
    """Return a person's text without hidden characters; its lines kept, or joined to one."""
    visible = _HIDDEN.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))
    return visible.strip() if keep_lines else " ".join(visible.split())


def one_line(text: str, limit: int = 0) -> str:
    """Return text on one line, hidden characters as numbers, cut to `limit` if that is given."""
    return cut(" ".join(escape_hidden_lines(text).split()), limit)


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, the last an ellipsis if there were more; 0 is no limit."""
    if not limit or len(text) <= limit:
        return text
    # An emoji cut after its joiner would join the ellipsis.
    return text[: limit - 1].rstrip("\u200d") + ELLIPSIS


def is_hidden(char: str) -> bool:
    """Check whether a character is dangerous to show when it stands alone."""
    return _HIDDEN.match(char) is not None


def _number_or_nothing(match: re.Match[str]) -> str:
    return "" if match[0] in _SILENT else f"[U+{ord(match[0]):04X}]"


def _escape_in_json(match: re.Match[str]) -> str:
    # A lone surrogate has no UTF-8 form, and many programs refuse its escape as well.
    char = match[0].encode("utf-8", "replace").decode()
    # By `json`, because a character beyond U+FFFF is escaped as two.
    return json.dumps(char)[1:-1]


def _escape_unprintable(char: str) -> str:
    return char if char.isprintable() or char in _JOINERS else _escape(char)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
