"""An agent's reply as plain text: nothing hidden, nothing quoted, whatever is sent."""

from __future__ import annotations

import time

import pytest

from intake.delivery.replies.readable_text import text_of_html, without_quotes


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello</p><p>PHP is back.</p>", "Hello\n\nPHP is back."),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<div>a</div><script>alert(1)</script><style>p{}</style><!-- x -->b", "a\nb"),
        ("<p>Yes</p><blockquote>When?<blockquote>deep</blockquote></blockquote>", "Yes"),
        ("1 &lt; 2 &amp; <b>bold</b>", "1 < 2 & bold"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<p>not closed", "not closed"),
        ("<img src=x onerror=alert(1)>text", "text"),
        ("", ""),
    ],
)
def test_html_becomes_words(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    "quoted",
    [
        "> When will it work?",
        "On Sun, 22 Nov 2026 at 14:31, Anna <anna@shop.example> wrote:\n> When?",
        "On Sun, 22 Nov 2026 at 14:31, Anna Kim\n<anna@shop.example> wrote:\n> When?",
        "22.11.2026 14:31, Анна Ким пишет:\n> Когда?",
        "вс, 22 нояб. 2026 г. в 14:31, Анна <a@shop.example>:\n> Когда?",
        "-----Original Message-----\nFrom: Anna",
        "-------- Исходное сообщение --------\nОт: Анна",
        "From: Anna Kim <anna@shop.example>\nSent: Sunday\nTo: Support",
        "От: Анна Ким\nДата: воскресенье\nКому: Поддержка",
        "________________________________\nFrom: Anna",
        "-- \nOlga Petrova, AcmeHost",
        "##- Please type your reply above this line -##",
    ],
)
def test_what_was_quoted_is_cut(quoted: str) -> None:
    assert without_quotes(f"PHP is back.\r\nSince 14:40.\n\n{quoted}") == (
        "PHP is back.\nSince 14:40."
    )


def test_what_only_looks_quoted_stays() -> None:
    text = "From: the log we see nothing.\nOn Monday we look again.\n--no-cache helps."
    assert without_quotes(text) == text


@pytest.mark.parametrize(
    "text",
    ["On " * 50_000, "a:" * 90_000, "<" * 100_000, "<blockquote>" * 20_000, "&" * 100_000,
     "On " + "x" * 199_000, ("On a " + "b" * 150 + "\n") * 1_000],
    ids=["on", "colons", "open", "nested", "amp", "one-line", "lines"],
)  # fmt: skip
def test_whatever_is_sent_ends_at_once(text: str) -> None:
    begun = time.process_time()
    without_quotes(text)
    text_of_html(text)
    assert time.process_time() - begun < 5
