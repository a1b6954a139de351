"""Letters made to break their reader: any bytes, deep nesting, megabytes, endless lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics import LetterReading, letter_text, read_letter
from tests.diagnostics.letters.notices import report

PIECES = st.sampled_from(
    [
        "From: MAILER-DAEMON\n",
        "Content-Type: multipart/report; boundary=b\n",
        "Content-Type: message/delivery-status\n",
        "Content-Type: message/rfc822\n",
        "Content-Type: text/html; charset=punycode\n",
        "Content-Transfer-Encoding: base64\n",
        "Subject: =?utf-8?b?=?= =?x?q?=ff?=\n",
        "Final-Recipient: rfc822; a@b.example\n",
        "Diagnostic-Code: smtp; 550\n",
        "Status: 5.\n",
        "<a@b.example>: 550 5.1.1 no\n",
        "\n",
        "--b\n",
        "--b--\n",
        "> ",
        "=\n",
        "{",
        '{"notificationType":"Bounce","bounce":[]}',
        "\x00\u202e",
    ]
)


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_any_bytes_are_read(data: bytes) -> None:
    assert isinstance(read_letter(data), LetterReading)


@given(st.lists(PIECES | st.text(max_size=20), max_size=30).map("".join))
@settings(max_examples=80)
def test_any_text_made_of_notices_is_read(text: str) -> None:
    for letter in (text, text.encode("utf-8", "replace")):
        reading = read_letter(letter)
        assert LetterReading.model_validate_json(reading.model_dump_json()) == reading
        assert all(letter_text(reading, "ru"))


@given(st.integers(0, 2000), st.binary(max_size=30))
@settings(max_examples=40)
def test_a_report_with_a_hole_is_read(place: int, hole: bytes) -> None:
    data = report("550 5.1.1 user unknown").encode()
    read_letter(data[:place] + hole + data[place + len(hole) :])
    read_letter(data[:place])


MOST_BYTES = 100_000  # of what is kept of a letter
NESTED = "".join(
    f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(5000)
)
HOSTILE = {
    "nested multiparts": f"From: MAILER-DAEMON\nTo: a@b.example\n{NESTED}",
    "nested letters": "Subject: x\nFrom: y\n" + "Content-Type: message/rfc822\n\n" * 20_000,
    "one endless line": "550 5.1.1 " + "a" * 1_500_000,
    "an endless address": "550 <" + "a@" * 500_000,
    "many lines": "From: MAILER-DAEMON\nTo: a@b.example\n\n" + "<a@b.example>: 550 x\n" * 200_000,
    "many headers": "A: b\n" * 300_000,
    "many recipients": "Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 50_000,
    "open tags": "<html>" + "<style" * 200_000,
    "blanks": "550 " + " " * 1_500_000 + "x",
    "dots": "550 " + "a." * 500_000,
    "digits": "5.1.1" * 300_000,
    "encoded words": "From: a\nSubject: " + "=?utf-8?q?=41?= " * 100_000 + "\nTo: b\n\n550 x",
    "a deep object": '{"notificationType":"Bounce","bounce":' + "[" * 200_000,
    "boundaries": 'From: a@b.example\nTo: b\nContent-Type: multipart/mixed; boundary="x"\n\n'
    + "--x\n\n" * 150_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_letter_is_read_in_bounded_work(name: str) -> None:
    """Without the bounds in the reader these take minutes, or end in an error."""
    reading = read_letter(HOSTILE[name].encode())
    assert len(reading.model_dump_json()) < MOST_BYTES
