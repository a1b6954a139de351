"""Handles duplicate keys: what a second one probably means, and how its value is used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, Protocol

from intake.authoring.problems import Place

# Keys that begin an item of this list: a second one means that another item begins.
_LIST_OF_ROWS: Final = {"en": "do", "ru": "do"}


class _Mapping(Protocol):
    value: Any
    keys: dict[str, Place]


def begins_row(key: str, outer: Sequence[str | None], keys: Collection[str]) -> bool:
    """Check whether a duplicate key begins the next item of a list: a test, or an instruction."""
    if key == "name" and "tests" in outer:
        return True
    return list(outer[-1:]) == [_LIST_OF_ROWS.get(key)] and key == next(iter(keys))


def merge_values(first: _Mapping, second: _Mapping) -> None:
    """Merge the value of a duplicate key into the first, so that nothing is reported missing."""
    if isinstance(first.value, list) and isinstance(second.value, list):
        first.value += second.value
    elif isinstance(first.value, dict) and isinstance(second.value, dict):
        first.value = second.value | first.value
        first.keys = second.keys | first.keys
