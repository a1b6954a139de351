"""
References: the name of a ticket, short enough to read aloud and to type from hearing.

Eight random characters and a check character, such as H4X-7PM-2KP. The alphabet has no vowels, so
it spells no words, and no two characters that look alike: of O and 0, I and 1, S and 5, Z and 2, G
and 6, U and V it has one each, and the other is read as that one.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "0123456789BCDFHJKMNPRTX"  # 23 characters: a prime, see `_check_character`
_RANDOM_LENGTH = 8
_LENGTH = _RANDOM_LENGTH + 1

_LOOK_ALIKES = {
    # the other one of a pair that looks alike
    **dict(zip("OQILSZG", "0011526", strict=True)),
    # Cyrillic letters with the same looks
    **dict(zip("ВСНКМРТХОЗІБ", "BCHKMPTX0316", strict=True)),
}
_SEPARATORS = frozenset(" \t\n\r\u00a0-‐‑‒–—−_.·/#№")


def new_reference() -> str:
    """Return a random reference; the database ensures that it is unique."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM_LENGTH))
    return _group(body + _check_character(body))


def parse_reference(text: str) -> str | None:
    """
    Return a typed reference in its normal form; None if the text can't be one.

    Case, spaces and dashes don't matter, and look-alikes are replaced. A wrong character, or two
    that changed places, are detected.
    """
    typed = "".join(c for c in text if c not in _SEPARATORS)
    # NFKC reads full-width and other typographic forms as the plain letter.
    letters = unicodedata.normalize("NFKC", typed).upper()
    characters = "".join(_LOOK_ALIKES.get(c, c) for c in letters)
    if len(characters) != _LENGTH or any(c not in ALPHABET for c in characters):
        return None
    return (
        _group(characters)
        if _check_character(characters[:_RANDOM_LENGTH]) == characters[_RANDOM_LENGTH]
        else None
    )


def _group(reference: str) -> str:
    return "-".join(reference[i : i + 3] for i in range(0, _LENGTH, 3))


def _check_character(body: str) -> str:
    """
    Return the check character: the weighted sum of the characters modulo the alphabet's size.

    The size is prime and the weights differ, so every single wrong character and every swap of two
    changes the sum (the principle of ISBN-10, ISO 2108:1992 annex).
    """
    # From 2: the check character has the weight 1, which makes the whole sum 0 modulo 23.
    total = sum(place * ALPHABET.index(c) for place, c in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
