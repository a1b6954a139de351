"""
References: a ticket's name, short enough to read aloud and to type from a voice.

Eight random characters and one that checks them, as H4X-7PM-2KP. The alphabet has no vowels (so it
spells no words) and no pair that looks alike: of O and 0, I and 1, S and 5, Z and 2, G and 6, U and
V only one is in it, and the other is read as it.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "0123456789BCDFHJKMNPRTX"  # 23 characters: a prime, see `_check`
_RANDOM = 8
_LENGTH = _RANDOM + 1

_READ_AS = {
    # the other one of a pair that looks alike
    **dict(zip("OQILSZG", "0011526", strict=True)),
    # Cyrillic letters with the same looks
    **dict(zip("ВСНКМРТХОЗІБ", "BCHKMPTX0316", strict=True)),
}
_BETWEEN = frozenset(" \t\n\r\u00a0-‐‑‒–—−_.·/#№")


def new_reference() -> str:
    """A random reference; the database sees to it that it is the only one."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
    return _grouped(body + _check(body))


def parse_reference(text: str) -> str | None:
    """
    The reference that somebody typed, as we write it; None when it can't be one.

    Case, spaces and dashes don't matter, look-alikes are read as what they look like. A wrong
    character, or two that changed places, is noticed.
    """
    typed = "".join(c for c in text if c not in _BETWEEN)
    # NFKC reads full-width and other typographic forms as the plain letter.
    letters = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(_READ_AS.get(c, c) for c in letters)
    if len(kept) != _LENGTH or any(c not in ALPHABET for c in kept):
        return None
    return _grouped(kept) if _check(kept[:_RANDOM]) == kept[_RANDOM] else None


def _grouped(reference: str) -> str:
    return "-".join(reference[i : i + 3] for i in range(0, _LENGTH, 3))


def _check(body: str) -> str:
    """
    The sum of the characters, each weighted by its place, modulo the alphabet's size.

    The size is prime and the weights differ, so every single wrong character and every swap of
    two changes the sum (the principle of ISBN-10, ISO 2108:1992 annex).
    """
    # From 2: the check character has the weight 1, which makes the whole sum 0 modulo 23.
    total = sum(place * ALPHABET.index(c) for place, c in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
