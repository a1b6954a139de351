"""References: read aloud, typed from a voice, and a mistake noticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.tickets import new_reference, parse_reference
from intake.tickets.reference import ALPHABET, _check_character, _group

BODIES = st.text(ALPHABET, min_size=8, max_size=8)


def whole(body: str) -> str:
    return body + _check_character(body)


def test_new_references_are_written_in_threes_and_read_back() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    for reference in made:
        assert parse_reference(reference) == reference
        assert [len(group) for group in reference.split("-")] == [3, 3, 3]


@given(BODIES)
def test_any_spelling_is_read(body: str) -> None:
    reference = _group(whole(body))
    for spelling in (
        reference.lower(),
        reference.replace("-", ""),
        reference.replace("-", " — "),
        f"  № {reference}. ",
        reference.replace("0", "O").replace("1", "I"),
        reference.replace("0", "о").replace("1", "l"),
        reference.replace("5", "S").replace("2", "z"),
        reference.translate(str.maketrans("BCHKMPTX", "ВСНКМРТХ")),
        reference.translate(str.maketrans("BCHKMPTX", "ВСНКМРТХ")).lower(),
    ):
        assert parse_reference(spelling) == reference


@given(BODIES, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, heard: str) -> None:
    said = whole(body)
    wrong = said[:place] + heard + said[place + 1 :]
    assert (parse_reference(wrong) is None) == (wrong != said)


@given(BODIES, st.integers(0, 8), st.integers(0, 8))
def test_two_characters_that_changed_places_are_noticed(body: str, a: int, b: int) -> None:
    letters = list(whole(body))
    letters[a], letters[b] = letters[b], letters[a]
    wrong = "".join(letters)
    assert (parse_reference(wrong) is None) == (wrong != whole(body))


@pytest.mark.parametrize("text", ["", "H4X", "H4X-7PM-2K", "H4X-7PM-2KPB", "H4X-7PM-2K!", "🙂" * 9])
def test_what_can_be_no_reference_is_none(text: str) -> None:
    assert parse_reference(text) is None


@given(st.text(max_size=40))
def test_nothing_typed_raises(text: str) -> None:
    parse_reference(text)


def test_the_reference_in_our_own_words_is_one() -> None:
    """Whoever copies the example reads that there is no such ticket, not that it is no name."""
    root = Path(__file__).parents[2]
    sources = [
        *root.glob("docs/*.md"),
        *root.glob("intake/**/*.py"),
        *root.glob("intake/**/*.yaml"),
    ]
    written = {
        reference
        for path in sources
        for reference in re.findall(r"\bH4X-7PM-\w{3}\b", path.read_text(encoding="utf-8"))
    }
    assert written
    assert all(parse_reference(reference) == reference for reference in written)
