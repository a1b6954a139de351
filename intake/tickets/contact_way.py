"""Recognise what kind of contact a customer typed: the question for it accepts any."""

from __future__ import annotations

import re
from typing import Literal

ContactWay = Literal["email", "phone", "other"]

_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_PHONE = re.compile(r"\+?[\d\s().-]{7,30}")
_MIN_DIGITS = 7


def way_of_contact(text: str) -> ContactWay:
    """
    Return whether a text is an e-mail address, a phone number or something else, such as a
    messenger's name.
    """
    if _ADDRESS.fullmatch(text):
        return "email"
    digits = sum(character.isdigit() for character in text)
    return "phone" if _PHONE.fullmatch(text) and digits >= _MIN_DIGITS else "other"
