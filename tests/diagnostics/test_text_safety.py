"""What is hidden in a text is shown, dropped or numbered; what people write stays as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.texts import (
    cut,
    drop_hidden,
    escape_hidden,
    escape_hidden_json,
    escape_hidden_lines,
    is_hidden,
    json_text,
    one_line,
)

HOSTILE = {
    "null": "\x00",
    "escape": "\x1b",
    "c1 control": "\x9b",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "deprecated shaping": "\u206a",
    "arabic letter mark": "\u061c",
    "left-to-right mark": "\u200e",
    "zero width space": "\u200b",
    "word joiner": "\u2060",
    "invisible times": "\u2062",
    "byte order mark": "\ufeff",
    "soft hyphen": "\xad",
    "grapheme joiner": "\u034f",
    "mongolian separator": "\u180e",
    "hangul filler": "\u3164",
    "half-width filler": "\uffa0",
    "khmer inherent vowel": "\u17b4",
    "tag letter": "\U000e0041",
    "variation selector": "\ufe00",
    "emoji selector after a letter": "\ufe0f",
    "selector of the supplement": "\U000e0100",
    "joiner between Latin letters": "\u200d",
    "non-joiner between Latin letters": "\u200c",
    "interlinear annotation": "\ufff9",
    "shorthand control": "\U0001bca0",
    "musical control": "\U0001d173",
    "half of a character": "\ud800",
    "no character": "\uffff",
}
LEGITIMATE = {
    "Cyrillic": "Ёлка и «кавычки» — всё на месте",
    "Hebrew": "שלום עולם",
    "Arabic": "مرحبا بالعالم",
    "Persian with a non-joiner": "می\u200cخواهم",
    "Hindi with a joiner": "क्\u200dष",
    "family": "👨\u200d👩\u200d👧",
    "heart on fire": "❤\ufe0f\u200d🔥",
    "skin tone": "👩🏽\u200d💻",
    "keycap": "1\ufe0f\u20e3",
    "warning sign": "⚠\ufe0f",
    "flag": "🇷🇺",
    "combining accent": "e\u0301",
    "Chinese": "网站打不开",
}


@pytest.mark.parametrize("char", HOSTILE.values(), ids=HOSTILE)
def test_no_policy_lets_a_hidden_character_through(char: str) -> None:
    text = f"a{char}b"
    assert char not in escape_hidden(text)
    assert char not in escape_hidden_lines(text)
    assert char not in one_line(text)
    assert drop_hidden(text, keep_lines=True) == "ab"
    assert is_hidden(char)


@pytest.mark.parametrize("text", LEGITIMATE.values(), ids=LEGITIMATE)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert escape_hidden(text) == text
    assert escape_hidden_lines(text) == text
    assert drop_hidden(text, keep_lines=True) == text
    assert one_line(text) == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_a_line_can_be_broken_in_one_way_only(end: str) -> None:
    assert escape_hidden_lines(f"a{end}b") == "a\nb"
    assert drop_hidden(f"a{end}b", keep_lines=True) == "a\nb"
    assert drop_hidden(f"a{end}b", keep_lines=False) == "a b"
    assert one_line(f"a{end}b") == "a b"
    assert len(escape_hidden(f"a{end}b").splitlines()) == 1


def test_a_message_in_selectors_or_tags_does_not_pass() -> None:
    """Any bytes can be spelled in variation selectors or tags after one emoji."""
    smuggled = "".join(chr(0xE0100 + byte) for byte in b"secret") + "\U000e0073\ufe0f\ufe0f"
    assert drop_hidden(f"👍{smuggled}", keep_lines=True) == "👍"


@pytest.mark.parametrize(
    ("text", "escaped", "numbered"),
    [
        ("a\u202eb", "a\\u202eb", "a[U+202E]b"),
        ("a\u200bb", "a\\u200bb", "ab"),
        ("a\U000e0041b", "a\\U000e0041b", "a[U+E0041]b"),
        ("a\u3164b", "a\\u3164b", "a[U+3164]b"),
        ("\x15\x03", "\\x15\\x03", "[U+0015][U+0003]"),
    ],
)
def test_what_is_escaped_can_be_read(text: str, escaped: str, numbered: str) -> None:
    assert escape_hidden(text) == escaped
    assert escape_hidden_lines(text) == numbered


@given(st.text(max_size=60))
def test_safe_text_is_safe_once_and_for_all(text: str) -> None:
    """Dropping never brings two characters together that hide something anew."""
    kept = drop_hidden(text, keep_lines=True)
    assert drop_hidden(kept, keep_lines=True) == kept
    assert escape_hidden_lines(escape_hidden_lines(text)) == escape_hidden_lines(text)
    assert len(escape_hidden(text, limit=20)) <= 20


def test_a_cut_text_ends_in_an_ellipsis_and_in_no_joiner() -> None:
    assert cut("x" * 50, 10) == "x" * 9 + "…"
    assert cut("x" * 10, 10) == "x" * 10
    assert cut("x" * 50, 0) == "x" * 50
    assert cut("👨\u200d👩\u200d👧", 3) == "👨…"


@pytest.mark.parametrize(
    "char", [char for char in HOSTILE.values() if char < "\ud800" or char > "\udfff"]
)
def test_json_says_the_same_and_shows_nothing_hidden(char: str) -> None:
    """A terminal obeys U+009B as it obeys ESC [, and `json` writes it as it is."""
    row = {f"a{char}b": [f"\\{char}", "\n"]}
    for document in (json_text(row), json_text(row, indent=2)):
        assert char not in document
        assert json.loads(document) == row
    assert escape_hidden_json(json_text(row)) == json_text(row)


def test_json_of_a_lone_surrogate_can_be_stored() -> None:
    assert json.loads(json_text("a\ud800b").encode()) == "a?b"


@pytest.mark.parametrize("text", ["не пашет 👨‍👩‍👧", "می‌خواهم", "a\tb"])
def test_json_leaves_writing_as_it_is(text: str) -> None:
    assert json.loads(json_text(text)) == text
    assert "\\u" not in json_text(text)
