"""Checks that a text has its addresses in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.model import KeyPath

# An address in a Markdown link is reported as markup, and belongs in `link:`.
_ADDRESSES: Final = {
    "page": re.compile(
        r"(?<!\]\()\bhttps?://[^\s«»“”\"'<>()]+|\bwww\.[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
    ),
    "mailbox": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "telephone": re.compile(r"(?:\+\d|\b8[ -]?800)[\d \u00a0()-]{7,}\d"),
}


def mistakes_of_addresses(path: KeyPath, lines: Mapping[str, str]) -> Iterator[Mistake]:
    """
    Yield a mistake if a language lacks the page, mailbox or telephone that another one has.

    The addresses themselves may differ: help pages and telephones may have languages.
    """
    if len(lines) == 1 or path[-1] == "example":
        return
    for pattern in _ADDRESSES.values():
        named = {language: pattern.search(line) for language, line in lines.items()}
        match = next((other for other in named.values() if other is not None), None)
        lacking = next((language for language in named if named[language] is None), None)
        if match is not None and lacking is not None:
            words = phrase("address-in-one", language=lacking, word=cut(match[0].rstrip(".,;:!?")))
            yield Mistake((*path, lacking), words)
            return
