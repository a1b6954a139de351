"""Decides whether a word near a label is the secret, or part of a sentence about it."""

from __future__ import annotations

from typing import Final

from intake.redaction import value_shape as shape
from intake.redaction.label_patterns import Label
from intake.redaction.label_words import COMMON_PASSWORDS, NO_SECRETS, UNITS

_SHORTEST_TIED: Final = 3
_SHORTEST_LOOSE: Final = 4  # characters; shorter ones are words and counts
_SHORTEST_CODE: Final = 6  # of letters and digits; of digits alone, four
_SHORTEST_LOOSE_TOKEN: Final = 20
_LONGEST_PHRASE: Final = 6  # words between quotation marks


def is_tied_secret(
    value: str, label: Label, *, is_quoted: bool = False, ends: bool = False
) -> bool:
    """
    Check whether a value tied to the label by a sign is a secret.

    `ends`: the sentence doesn't continue after it.
    """
    value = value.strip()
    if _is_no_secret(value) or (shape.is_code(value) and not (is_quoted and "(" not in value)):
        return False
    if label.is_token:
        return shape.looks_like_token(value)
    if value.isdecimal():
        return len(value) >= _SHORTEST_LOOSE
    if label.is_code:
        return len(value) >= _SHORTEST_CODE and " " not in value and not shape.is_plain_word(value)
    if not (shape.is_plain_word(value) or " " in value):
        return len(value) >= _SHORTEST_TIED
    return (is_quoted and is_phrase(value)) or (
        (ends and len(value) >= _SHORTEST_TIED) or value.lower() in COMMON_PASSWORDS
    )


def is_phrase(value: str) -> bool:
    """Check whether a few words in quotation marks may be a password rather than a message."""
    words = value.split()
    return 0 < len(words) <= _LONGEST_PHRASE and words[0].lower() not in NO_SECRETS


def is_loose_secret(value: str, label: Label, rest: str, *, is_tied: bool) -> bool:
    """
    Check whether a word after a label without a sign is a secret.

    `rest` is the line after it. `is_tied`: it is in quotation marks, or "is" precedes it.
    """
    if _is_no_secret(value) or shape.is_code(value) or shape.is_product(value):
        return False
    if label.is_token:
        return len(value) >= _SHORTEST_LOOSE_TOKEN and shape.has_letter_and_digit(value)
    if value.isdecimal():
        return len(value) >= _SHORTEST_LOOSE and UNITS.match(rest) is None
    if label.is_code:
        return len(value) >= _SHORTEST_CODE and shape.has_letter_and_digit(value)
    if shape.is_plain_word(value):
        ends = not rest.strip(" .,;!\r")
        is_stated = is_tied and ends and len(value) >= _SHORTEST_LOOSE
        return is_stated or value.lower() in COMMON_PASSWORDS
    return len(value) >= _SHORTEST_LOOSE and (
        shape.has_letter_and_digit(value) or shape.is_mixed(value)
    )


def _is_no_secret(value: str) -> bool:
    return (
        not value
        or value.startswith("<")
        or not any(character.isalnum() for character in value)
        or shape.is_attribute(value)
        or value.lower().strip(".!?") in NO_SECRETS
        or shape.is_placeholder(value)
        or shape.is_known_form(value)
    )
