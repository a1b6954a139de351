"""The regular expressions that are written as YAML, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from diagnostics.texts import load_catalogue

_SIGNS = Path(__file__).with_name("notice_signs.yaml")


def any_of(alternatives: Iterable[str]) -> re.Pattern[str]:
    """Return an expression that matches any of the alternatives, ignoring case."""
    return re.compile("|".join(alternatives), re.IGNORECASE | re.MULTILINE)


@cache
def sign(name: str) -> re.Pattern[str]:
    """Return the pattern with this name in `notice_signs.yaml`."""
    return any_of(load_catalogue(_SIGNS)[name])


@cache
def signs_of(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return a group of patterns, each with its meaning."""
    rows: dict[str, list[str]] = load_catalogue(_SIGNS)[group]
    return tuple((name, any_of(alternatives)) for name, alternatives in rows.items())
