"""
Read parts of a desk's JSON, which may be anything: missing or of another type gives an
empty value.
"""

from __future__ import annotations

from typing import Any


def part(value: Any, *keys: str | int) -> Any:  # noqa: ANN401  JSON
    """Return the value at the end of these keys; None if there is nothing."""
    for key in keys:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            value = value[key]
        else:
            return None
    return value


def text(value: Any, *keys: str | int) -> str:  # noqa: ANN401
    """Return the text or number at the end of these keys as text; "" for anything else."""
    value = part(value, *keys)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def rows(value: Any, *keys: str | int) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the objects of the list at the end of these keys."""
    value = part(value, *keys)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def whole_number(value: Any, *keys: str | int) -> int | None:  # noqa: ANN401
    """
    Return the whole number at the end of these keys, written as a number or as digits;
    or None.
    """
    digits = text(value, *keys)
    return int(digits[:15]) if digits.isascii() and digits.isdigit() else None
