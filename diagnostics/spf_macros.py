"""
Macros in SPF records (RFC 7208, section 7), as far as they are the same for every letter.

`%{d}` is the record's own domain, `%{o}` and `%{h}` that of the sender; what depends on the
sender's address, its name or its mailbox is known only when a letter comes.
"""

from __future__ import annotations

import re

_MACRO = re.compile(r"%\{([A-Za-z])(\d{0,3})(r?)([-.+,/_=]*)\}", re.IGNORECASE)
_KNOWN_LETTERS = frozenset("slodiphcrtv")
_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
_MAX_NAME = 253


def has_bad_macro(text: str) -> bool:
    """Whether a percent sign stands there that begins no macro; receivers stop there."""
    rest = _MACRO.sub(lambda m: "" if m[1].lower() in _KNOWN_LETTERS and m[2] != "0" else "%", text)
    for escape in _ESCAPES:
        rest = rest.replace(escape, "")
    return "%" in rest


def expand_macros(text: str, domain: str, sender: str) -> str:
    """
    Put in what is the same for every letter; a text with other macros comes back as it is.

    `domain` is where the record stands, `sender` the domain that writes. A name that grows too
    long loses labels on its left (section 7.3).
    """
    values = {"d": domain, "o": sender, "h": sender}
    if "%" not in text or any(m[1].lower() not in values for m in _MACRO.finditer(text)):
        return text

    def put_in(match: re.Match[str]) -> str:
        delimiters = match[4] or "."
        parts = re.split(f"[{re.escape(delimiters)}]", values[match[1].lower()])
        if match[3]:
            parts.reverse()
        count = int(match[2] or 0)
        return ".".join(parts[-count:] if count else parts)

    expanded = _MACRO.sub(put_in, text)
    while len(expanded) > _MAX_NAME and "." in expanded:
        expanded = expanded.partition(".")[2]
    return expanded
