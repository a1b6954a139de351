"""Recognizes texts in quotation marks that YAML doesn't support."""

from __future__ import annotations

import re

CURLY_ENDS = frozenset("\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}")
_ANGLED = re.compile("\u00ab[^\u00ab\u00bb]*\u00bb")


def is_in_other_quotes(text: str) -> bool:
    """Check whether a text is in curly or angled quotes, which YAML reads as letters."""
    is_curly = not text[0].isalnum() and text[-1] in CURLY_ENDS
    return is_curly or _ANGLED.fullmatch(text) is not None


def ends_in_a_stray_quote(text: str) -> bool:
    """Check whether a text ends with a quotation mark that isn't opened."""
    return text[-1] == '"' and text.count('"') == 1 and text[0] != '"'
