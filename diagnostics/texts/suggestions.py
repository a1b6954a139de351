"""What a misspelled name was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 100  # difflib's time grows with the square of the length


def closest_match(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that resembles this one most, or None when none does."""
    matches = difflib.get_close_matches(name[:_LONGEST], list(known))
    # Two signs that changed places leave the same ones: 530 is 503 rather than 504.
    same = (match for match in matches if sorted(match) == sorted(name))
    return next(same, matches[0] if matches else None)


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return the end of an error message that suggests a known name; "" when none resembles it."""
    match = closest_match(str(name), known)
    return f"; did you mean '{match}'?" if match else ""
