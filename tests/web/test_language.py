"""Accept-Language in, one of our two languages out (RFC 9110, section 12.5.4)."""

from __future__ import annotations

import pytest

from intake.web.language import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("en;q=0.3, ru;q=0.7", "ru"),
        ("be,uk;q=0.9,ru;q=0.8,en;q=0.7", "ru"),
        ("de-DE,de;q=0.9,en;q=0.1", "en"),
        ("RU", "ru"),
        ("de", "en"),
        ("", "en"),
        ("ru;q=rubbish, en;q=0.5", "en"),
        (",,,;;;", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_heaviest_of_our_languages_wins(header: str, language: str) -> None:
    assert preferred_language(header, "en") == language


def test_who_reads_neither_gets_the_operators_language() -> None:
    assert preferred_language("de", "ru") == "ru"
