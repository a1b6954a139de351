"""Suggest the known name that a misspelled one was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MAX_LENGTH = 100  # difflib's time grows with the square of the length


def closest_match(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that resembles this one most, or None if none does."""
    matches = difflib.get_close_matches(name[:_MAX_LENGTH], list(known))
    # Swapped characters are likelier than a wrong one: 530 is 503 rather than 504.
    anagrams = (match for match in matches if sorted(match) == sorted(name))
    return next(anagrams, matches[0] if matches else None)


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return the end of an error message that suggests a known name; "" if none resembles it."""
    match = closest_match(str(name), known)
    return f"; did you mean '{match}'?" if match else ""
