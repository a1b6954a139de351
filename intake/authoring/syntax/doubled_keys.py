"""What a key means that stands twice in one mapping, and what is read on with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, Protocol

from intake.authoring.problems import Place

# The lists whose rows begin with a key that no row has twice: a second one begins another row.
_LIST_OF_ROWS: Final = {"en": "do", "ru": "do"}


class _Mapping(Protocol):
    value: Any
    keys: dict[str, Place]


def begins_row(key: str, outer: Sequence[str | None], keys: Collection[str]) -> bool:
    """Whether a key that stands twice begins the next row of a list: a test, or a move."""
    if key == "name" and "tests" in outer:
        return True
    return list(outer[-1:]) == [_LIST_OF_ROWS.get(key)] and key == next(iter(keys))


def go_on(first: _Mapping, second: _Mapping) -> None:
    """Read what stands below a key's second line as more of the first, so that nothing lacks."""
    if isinstance(first.value, list) and isinstance(second.value, list):
        first.value += second.value
    elif isinstance(first.value, dict) and isinstance(second.value, dict):
        first.value = second.value | first.value
        first.keys = second.keys | first.keys
