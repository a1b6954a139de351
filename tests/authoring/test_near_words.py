"""The words of other tools and of plain speech, and which of ours is meant by them."""

from __future__ import annotations

from collections import Counter

import pytest

from diagnostics import CODES, LETTER_FACTS, facts_of
from intake.authoring.near_words import near_word, our_words
from intake.authoring.schema import checklist_schema, desk_schema, schema_text, section_schema


def test_each_row_can_be_meant() -> None:
    """A word that stands twice for the same one of ours is never read the second time."""
    pairs = Counter((our, their) for our, theirs in our_words() for their in theirs)
    assert [pair for pair, times in pairs.items() if times > 1] == []


def test_each_row_leads_to_a_word_of_the_language() -> None:
    """A key that was renamed takes its row with it, or nobody is led anywhere by it."""
    schemas = "".join(map(schema_text, (checklist_schema(), section_schema(), desk_schema())))
    facts = {*facts_of("site"), *facts_of("server"), *facts_of("mail")}
    families = {code.partition(".")[0] for code in CODES}
    causes = {*(LETTER_FACTS["cause"].values or ())}
    known = {"yes", "no", "true", "false", *CODES, *families, *facts, *causes}
    assert {our for our, _ in our_words() if f'"{our}"' not in schemas} <= known


@pytest.mark.parametrize(
    ("word", "allowed", "meant"),
    [
        ("label", ("text", "title", "kind"), "text"),
        ("label", ("title", "kind"), "title"),
        ("visible_if", ("text", "show-if"), "show-if"),
        ("подсказка", ("help", "why"), "help"),
        ("label", ("kind", "steps"), None),
    ],
)
def test_the_first_word_that_is_allowed_is_meant(
    word: str, allowed: tuple[str, ...], meant: str | None
) -> None:
    """Which of our words is meant depends on what may stand there."""
    assert near_word(word, allowed) == meant
