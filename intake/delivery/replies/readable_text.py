"""An agent's reply as plain text: without invisible HTML and without the quotation below it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from intake.free_text.quotations import begins_quotation

_MAX_CHARACTERS: Final = 200_000  # characters that are read
_HIDDEN: Final = frozenset({"head", "script", "style", "template", "title", "blockquote"})
_BLOCKS: Final = frozenset(
    {"address", "article", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6",
     "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)  # fmt: skip
_SIGNATURE: Final = re.compile(r"-- ?$")


def text_of_html(html: str) -> str:
    """Return the words of HTML without scripts, styles, comments and quoted blocks."""
    reader = _TextReader()
    reader.feed(html[:_MAX_CHARACTERS])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def without_quotes(text: str) -> str:
    """Return the text up to the quotation of an earlier message or to the signature."""
    kept: list[str] = []
    lines = text[:_MAX_CHARACTERS].replace("\r\n", "\n").split("\n")
    for index, line in enumerate(lines):
        stripped = line.strip()
        next_line = lines[index + 1].strip() if index + 1 < len(lines) else ""
        if _SIGNATURE.match(line) or begins_quotation(stripped, next_line):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag == self._hidden[-1]:
            self._hidden.pop()
        elif tag in _BLOCKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))
