"""Whether an address that one language tells is told in the other ones as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.model import KeyPath

# One in a link of Markdown is told as markup, and moves to `link:` anyway.
_ADDRESSES: Final = {
    "page": re.compile(
        r"(?<!\]\()\bhttps?://[^\s«»“”\"'<>()]+|\bwww\.[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
    ),
    "mailbox": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "telephone": re.compile(r"(?:\+\d|\b8[ -]?800)[\d \u00a0()-]{7,}\d"),
}


def mistakes_of_addresses(path: KeyPath, lines: Mapping[str, str]) -> Iterator[Mistake]:
    """
    A page, mailbox or telephone that half of the readers miss.

    Which one it is may differ: help pages have languages, and so have telephones.
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
