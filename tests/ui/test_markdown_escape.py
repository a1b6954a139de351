"""Text that is not ours reads letter by letter as it was typed, wherever Markdown is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from intake.ui.markdown_escape import escape_markdown

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "**bold** _it_ `code` ~~gone~~",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "[link](javascript:alert(1))",
    "![image](https://evil.example/x.png)",
    "https://evil.example/",
    "www.evil.example",
    ":red[painted] :smile: :material/home:",
    "$x^2$ and $$y$$",
    "| a | b |\n|---|---|",
    "=cmd|' /C calc'!A0",
    "a\\*b",
    "&lt;b&gt; &amp;",
    "    indented",
    "***\n---",
]


def shown(markdown: str) -> str:
    """What a reader sees of rendered Markdown, tags gone."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    text = []
    for token in tokens:
        assert token.type in {"paragraph_open", "paragraph_close", "inline"}, token.type
        for child in token.children or []:
            assert child.type in {"text", "text_special", "hardbreak", "softbreak"}, child.type
            text.append("\n" if child.type.endswith("break") else child.content)
    return "".join(text).replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    assert shown(escape_markdown(text)) == "\n".join(line.strip() for line in text.splitlines())


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=200))
def test_any_ascii_stays_text(text: str) -> None:
    assert shown(escape_markdown(text)).strip() == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "a -> b",
        "a <- b",
        "a --- b",
        ":smile:",
        "https://evil.example",
        "www.a.example",
        "a@b.example",
    ],
)
def test_nothing_is_left_for_what_the_page_rewrites_by_itself(text: str) -> None:
    rewritten = ("->", "<-", "--", ":smile:", "://", "www.", "a@")
    seen = escape_markdown(text).replace("\\", "")
    assert not any(pattern in seen for pattern in rewritten)


def test_reordering_controls_are_shown_not_obeyed() -> None:
    assert "\u202e" not in escape_markdown("abc\u202edef")


def test_a_limit_cuts_with_an_ellipsis() -> None:
    assert escape_markdown("x" * 50, limit=10) == "x" * 9 + "…"
