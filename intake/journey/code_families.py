"""Families of finding codes in conditions: `tls.*` is every code that begins with `tls.`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_FAMILY: Final = re.compile(r"([a-z]{1,20})\.\*")


def family_of(word: str) -> str:
    """Return the family that a condition's value names, such as "tls", or ""."""
    named = _FAMILY.fullmatch(word)
    return named[1] if named else ""


def matches_code(code: str, word: str) -> bool:
    """Check whether a condition's value names this code or its family."""
    family = family_of(word)
    return code.startswith(f"{family}.") if family else code == word


def families_among(values: Iterable[str]) -> tuple[str, ...]:
    """Return the families of the codes among a fact's values, as conditions name them."""
    heads = (value.partition(".") for value in values)
    return tuple(dict.fromkeys(f"{head}.*" for head, dot, _ in heads if dot))
