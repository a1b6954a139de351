"""What is said of YAML that a checklist doesn't have, by what its author meant."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pydantic import JsonValue

from intake.authoring.messages import Phrase, phrase

_CONDITIONS: Final = frozenset({"show-if", "when", "conditions"})


def words_of_tag(tag: str, key: str, value: str) -> Phrase:
    """A tag: `!= cart` after a key denies an answer, `!include` takes in another file."""
    if tag == "!=" and key and value:
        return phrase("tag-denied", left=key, value=value)
    return phrase("tag-include") if tag == "!include" else phrase("tag", name=tag)


def words_of_double(
    key: str, first: int, both: tuple[JsonValue, JsonValue], around: Collection[str | None]
) -> Phrase:
    """A key that stands twice, first on a line; in a condition both of its values are meant."""
    values: list[JsonValue] = []
    for value in both:
        values += value if isinstance(value, list) else [value]
    is_condition = not _CONDITIONS.isdisjoint(around)
    if is_condition and all(isinstance(value, str) for value in values):
        return phrase("compared-twice", key=key, listed=", ".join(map(str, values)))
    return phrase("duplicate-key", key=key, line=first)
