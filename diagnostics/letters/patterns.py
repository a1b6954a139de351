"""The regular expressions that are kept as YAML, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from diagnostics.texts import load_catalogue

_SIGNS = Path(__file__).with_name("notice_signs.yaml")


def any_of(alternatives: Iterable[str]) -> re.Pattern[str]:
    """Return one expression that finds any of the alternatives, whatever the case."""
    return re.compile("|".join(alternatives), re.IGNORECASE | re.MULTILINE)


@cache
def sign(name: str) -> re.Pattern[str]:
    """Return a sign of notices by its name in `notice_signs.yaml`."""
    return any_of(load_catalogue(_SIGNS)[name])


@cache
def signs_of(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return a group of signs, each with what it tells."""
    rows: dict[str, list[str]] = load_catalogue(_SIGNS)[group]
    return tuple((name, any_of(alternatives)) for name, alternatives in rows.items())
