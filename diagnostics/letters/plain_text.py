"""Turn the contents of letters into text: bytes in some charset, HTML, quotations."""

from __future__ import annotations

import re
from html import unescape

from diagnostics.texts import drop_hidden

# Codecs of texts alone: Python knows others, such as punycode, whose time grows with the square.
_CHARSET = re.compile(
    r"(?:utf-?8|utf-?16(?:le|be)?|us-?ascii|ascii|iso-?8859-\d{1,2}|iso-?2022-(?:jp|kr)(?:-\d)?|"
    r"windows-?\d{3,4}|cp-?\d{3,4}|koi8-[rut]|gb(?:k|2312|18030)|big5(?:-?hkscs)?|"
    r"shift_?jis|sjis|euc-?(?:jp|kr)|tis-?620|macintosh)"
)
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h\d|/?table|/?pre)\b[^<>]*>", re.IGNORECASE)
_ESCAPE = re.compile(r"=(?:20|3D|0A|[89A-F][0-9A-F])")
_ESCAPED_BYTE = re.compile(rb"=([0-9A-F]{2})")
_QUOTE = re.compile(r"[>|] ?")
_MIN_QUOTED_SHARE = 0.6  # of the lines are quoted, where a text was answered or forwarded


def decode_bytes(data: bytes, charset: str) -> str:
    """Return bytes as text; if the charset is missing or wrong, the likeliest one is used."""
    name = charset.strip().strip("\"'").lower()
    if _CHARSET.fullmatch(name) and not _is_ascii_by_name_alone(name, data):
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeError:
        return data.decode(_guess(data), "replace")


def _is_ascii_by_name_alone(name: str, data: bytes) -> bool:
    return "ascii" in name and not data.isascii()


def _guess(data: bytes) -> str:
    """Return the likeliest charset: in single-byte Russian text most high bytes are letters."""
    high = [byte for byte in data[:20_000] if byte >= 0x80]  # noqa: PLR2004 - beyond ASCII
    cyrillic = sum(byte >= 0xC0 for byte in high)  # noqa: PLR2004 - the letters of both charsets
    lower_in_koi8 = sum(0xC0 <= byte <= 0xDF for byte in high)  # noqa: PLR2004
    if not high or cyrillic * 10 < len(high) * 9:
        return "utf-8"
    return "koi8-r" if lower_in_koi8 * 2 > cyrillic else "cp1251"


def text_of_html(page: str) -> str:
    """Return the words of an HTML page, line by line."""
    for name in ("style", "script", "head"):
        page = _without_element(page, name)
    return unescape(_TAG.sub(" ", _BREAK.sub("\n", page)))


def _without_element(page: str, name: str) -> str:
    pieces, lowered, position = [], page.lower(), 0
    if len(lowered) != len(page):
        return page
    while (start := lowered.find(f"<{name}", position)) >= 0:
        end = lowered.find(f"</{name}", start)
        if end < 0:
            break
        pieces.append(page[position:start])
        position = end
    return "".join(pieces) + page[position:]


def undo_soft_breaks(text: str) -> str:
    """
    Decode undeclared quoted-printable (RFC 2045, section 6.7); other text comes back as
    it is.
    """
    if "=\n" not in text or not _ESCAPE.search(text):
        return text
    data = text.replace("=\n", "").encode("utf-8", "replace")
    return decode_bytes(_ESCAPED_BYTE.sub(lambda match: bytes([int(match[1], 16)]), data), "")


def clean_lines(text: str) -> str:
    """Return text with plain line ends and without hidden characters."""
    return drop_hidden(text, keep_lines=True)


def unquote(text: str) -> str:
    """Remove quotation marks from the lines, if most have them: "> 550 user unknown"."""
    for _ in range(3):
        lines = text.split("\n")
        filled = [line for line in lines if line.strip()]
        quoted = sum(line.lstrip().startswith((">", "|")) for line in filled)
        if not filled or quoted < _MIN_QUOTED_SHARE * len(filled) or _is_transcript(filled):
            return text
        text = "\n".join(_QUOTE.sub("", line.lstrip(), count=1) for line in lines)
    return text


def _is_transcript(lines: list[str]) -> bool:
    """Check whether the marks are those of a dialogue with a server: ">>> RCPT TO", "<<< 550"."""
    return sum(line.lstrip().startswith(">>> ") for line in lines) * 2 > len(lines)
