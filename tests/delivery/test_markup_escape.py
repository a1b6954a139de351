"""A customer's words act in no desk: no picture, no link in disguise, no mention, no HTML."""

from __future__ import annotations

import pytest

from intake.delivery.comparison import _normalise
from intake.delivery.desks.markup_escape import escape_markup, text_to_html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("!https://evil.example/seen.png!", "! https://evil.example/seen.png!"),
        ("!/logout!", "! /logout!"),
        ("![seen](https://evil.example/a)", "! [seen] (https://evil.example/a)"),
        ("[your inbox](https://evil.example)", "[your inbox] (https://evil.example)"),
        ('"your inbox":https://evil.example', '"your inbox": https://evil.example'),
        ("[your inbox|https://evil.example]", "[your inbox| https://evil.example]"),
        ("{{include(Passwords)}}", "{ {include(Passwords)}}"),
        ("[[Passwords]] [~admin]", "[ [Passwords]] [ ~admin]"),
        ("@admin, see", "@ admin, see"),
        ("<img src=//evil.example>", "< img src=//evil.example>"),
        ("anna@shop.example: a != b, 5 < 6", "anna@shop.example: a != b, 5 < 6"),
        ("color: red !important; help!\nНе работает!!!", None),
        ("https://shop.example/?a=1&b=[2]", None),
        ("10.0.0.5 -> 502 | cat /var/log/x", None),
    ],
)
def test_what_would_act_is_read_and_nothing_more(written: str, shown: str | None) -> None:
    assert escape_markup(written) == (written if shown is None else shown)
    assert escape_markup(escape_markup(written)) == escape_markup(written)


def test_a_desk_of_html_shows_lines_and_no_elements() -> None:
    """FreeScout and GLPI take HTML: a picture of a stranger's was loaded, lines ran together."""
    words = "<img src=//evil.example>\n1 < 2 & 3"
    assert text_to_html(words) == "<div>&lt;img src=//evil.example&gt;<br>1 &lt; 2 &amp; 3</div>"
    assert _normalise(text_to_html("a < b\nc")) == _normalise("a < b\nc")


def test_a_text_made_to_be_slow_is_not() -> None:
    for piece in ("!", "!a", "[", "](", '":', "@", "{{", "a|"):
        assert escape_markup(piece * 20_000)
