"""Text that is not ours, made safe to stand where Markdown is read."""

from __future__ import annotations

import re

from diagnostics.texts import cut, escape_hidden_lines

# Everything that CommonMark, GitHub's tables and Streamlit's own additions (`:red[…]`, `:emoji:`,
# `$math$`) give a meaning. A backslash before ASCII punctuation makes it literal (CommonMark 0.31,
# section 2.4); angle brackets too, so no tag and no autolink starts.
_MEANINGFUL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&\"'@/%,;?])")
# What the page rewrites after Markdown was read, escaped or not: arrows and dashes, `:emoji:`,
# bare addresses that become links. An invisible joiner between the characters ends that. Where
# people copy, `st.text` is right instead: it reads no Markdown at all.
_REWRITTEN = re.compile(
    r"(?<=-)(?=[->])|(?<=<)(?=-)|(?<=:)(?=//|[\w+/-]+:)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE
)
_JOINER = "\N{WORD JOINER}"


def visible(text: str, *, limit: int | None = None) -> str:
    """
    Text for an element that reads no Markdown: nothing in it is hidden or turns its line round.

    `limit` cuts it, with an ellipsis, to that many characters.
    """
    return cut(escape_hidden_lines(text), limit or 0)


def escape_markdown(text: str, *, limit: int | None = None) -> str:
    """
    Escape text for a Markdown element, so that it reads letter by letter as it was typed.

    `limit` cuts it, with an ellipsis, to that many characters.
    """
    text = visible(text, limit=limit)
    # Before the backslashes: they would part what is rewritten from what it is found by.
    text = _REWRITTEN.sub(_JOINER, text)
    lines = [_MEANINGFUL.sub(r"\\\1", line).strip() for line in text.splitlines()]
    return "  \n".join(lines)
