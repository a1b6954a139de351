"""Every line that a person reads exists in both languages, with the same braces, and is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnostics.texts import LANGUAGES
from intake.ui.texts import all_words, words

ROOT = Path(__file__).parent.parent.parent / "intake"
BRACES = re.compile(r"\{(\w+)\}")
BEGGING = re.compile(
    r"\b(could you|can you please|would you)\b|не могли бы|можете ли вы", re.IGNORECASE
)


@pytest.mark.parametrize("key", all_words())
def test_every_line_has_both_languages_and_the_same_braces(key: str) -> None:
    lines = all_words()[key]
    assert set(lines) == set(LANGUAGES)
    assert all(line.strip() for line in lines.values())
    assert set(BRACES.findall(lines["en"])) == set(BRACES.findall(lines["ru"]))


@pytest.mark.parametrize("key", all_words())
def test_no_line_begs_shouts_or_shows_emoji(key: str) -> None:
    for line in all_words()[key].values():
        assert not BEGGING.search(line)
        assert "!" not in line
        assert not re.search("[\U0001f300-\U0001faff]", line)


def test_russian_lines_are_russian() -> None:
    """A line left in English is found, whichever it is; names and signs are allowed."""
    for key, lines in all_words().items():
        if key == "other_language":
            continue
        words_left = BRACES.sub("", lines["ru"])
        assert re.search("[а-яё]", words_left, re.IGNORECASE), f"{key}: {lines['ru']!r}"


def test_no_line_is_unused() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in ROOT.rglob("*")
        if path.suffix in {".py", ".html"}
    )
    prefixes = (
        "source_",
        "delivery_",
        "mark_",
        "moment_",
        "duration_",
        "recheck_",
        "probe_outcome_",
        "view_refused_",
        "own_password_",
        "audit_",
        "probe_refused_",
        "studio_part_",
        "studio_test_",
        "studio_who_",
        "studio_found_",
        "studio_figure_",
        "figures_",
        "filter_",
        "work_",
        "talk_",
        "sign_in_",
        "figure_",
        "incidents_",
        "admin_role_",
    )
    unused = [
        key
        for key in all_words()
        if not key.startswith(prefixes) and not re.search(rf"[\"']{key}[\"']", code)
    ]
    assert not unused


def test_braces_are_filled() -> None:
    assert words("sent_title", "en", reference="H4X-7PM-2KP") == "Sent: H4X-7PM-2KP"
