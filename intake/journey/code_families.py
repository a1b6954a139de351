"""Findings by their family in conditions: `tls.*` stands for every code that begins with `tls.`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_FAMILY: Final = re.compile(r"([a-z]{1,20})\.\*")


def family_of(word: str) -> str:
    """The family that a condition's value names, such as "tls"; "" where it names none."""
    named = _FAMILY.fullmatch(word)
    return named[1] if named else ""


def is_of(code: str, word: str) -> bool:
    """Whether a condition's value names this code, or the family that it is of."""
    family = family_of(word)
    return code.startswith(f"{family}.") if family else code == word


def families_among(values: Iterable[str]) -> tuple[str, ...]:
    """The families of the codes among a fact's values, as conditions name them."""
    heads = (value.partition(".") for value in values)
    return tuple(dict.fromkeys(f"{head}.*" for head, dot, _ in heads if dot))
