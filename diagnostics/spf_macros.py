"""
Macros in SPF records (RFC 7208, section 7): those with the same value for every letter.

`%{d}` is the record's own domain, `%{o}` and `%{h}` are the sender's domain. The other macros
depend on the sending address, its name or the mailbox, and are known only when a letter arrives.
"""

from __future__ import annotations

import re

_MACRO = re.compile(r"%\{([A-Za-z])(\d{0,3})(r?)([-.+,/_=]*)\}", re.IGNORECASE)
_KNOWN_LETTERS = frozenset("slodiphcrtv")
_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
_MAX_NAME = 253


def has_bad_macro(text: str) -> bool:
    """Check whether a percent sign begins no valid macro, which receivers treat as an error."""
    rest = _MACRO.sub(lambda m: "" if m[1].lower() in _KNOWN_LETTERS and m[2] != "0" else "%", text)
    for escape in _ESCAPES:
        rest = rest.replace(escape, "")
    return "%" in rest


def expand_macros(text: str, domain: str, sender: str) -> str:
    """
    Return the text with its macros expanded, or unchanged if one depends on the letter.

    `domain` is the record's name, `sender` the sender's domain. A name that becomes too long loses
    labels on its left (section 7.3).
    """
    values = {"d": domain, "o": sender, "h": sender}
    if "%" not in text or any(m[1].lower() not in values for m in _MACRO.finditer(text)):
        return text

    def value_of(match: re.Match[str]) -> str:
        delimiters = match[4] or "."
        parts = re.split(f"[{re.escape(delimiters)}]", values[match[1].lower()])
        if match[3]:
            parts.reverse()
        count = int(match[2] or 0)
        return ".".join(parts[-count:] if count else parts)

    expanded = _MACRO.sub(value_of, text)
    while len(expanded) > _MAX_NAME and "." in expanded:
        expanded = expanded.partition(".")[2]
    return expanded
