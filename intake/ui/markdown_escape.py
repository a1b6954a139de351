"""Escapes text that is not ours for elements that read Markdown."""

from __future__ import annotations

import re

from diagnostics.texts import cut, escape_hidden_lines

# Everything that CommonMark, GitHub's tables and Streamlit's own additions (`:red[…]`, `:emoji:`,
# `$math$`) give a meaning. A backslash before ASCII punctuation makes it literal (CommonMark 0.31,
# section 2.4); angle brackets too, so no tag and no autolink starts.
_MEANINGFUL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&\"'@/%,;?])")
# What Streamlit rewrites after parsing Markdown, escaped or not: arrows and dashes, `:emoji:`, bare
# addresses that become links. An invisible joiner between the characters prevents that. For text
# that people copy use `st.text`, which reads no Markdown at all.
_REWRITTEN = re.compile(
    r"(?<=-)(?=[->])|(?<=<)(?=-)|(?<=:)(?=//|[\w+/-]+:)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE
)
_JOINER = "\N{WORD JOINER}"


def visible(text: str, *, limit: int | None = None) -> str:
    """
    Return text with hidden characters shown, for an element that reads no Markdown.

    So no text can change the direction of its line. `limit` cuts it, with an ellipsis, to that many
    characters.
    """
    return cut(escape_hidden_lines(text), limit or 0)


def escape_markdown(text: str, *, limit: int | None = None) -> str:
    """
    Escape text so that a Markdown element shows it exactly as it was typed.

    `limit` cuts it, with an ellipsis, to that many characters.
    """
    text = visible(text, limit=limit)
    # Before the backslashes, which would separate the characters that `_REWRITTEN` looks for.
    text = _REWRITTEN.sub(_JOINER, text)
    lines = [_MEANINGFUL.sub(r"\\\1", line).strip() for line in text.splitlines()]
    return "  \n".join(lines)
