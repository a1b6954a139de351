"""Which way to a customer a contact is, by what was written: on a page for it people write any."""

from __future__ import annotations

import re
from typing import Literal

ContactWay = Literal["email", "phone", "other"]

_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_PHONE = re.compile(r"\+?[\d\s().-]{7,30}")
_FEWEST_DIGITS = 7


def way_of_contact(text: str) -> ContactWay:
    """An e-mail address, a phone number, or something else such as a name in a messenger."""
    if _ADDRESS.fullmatch(text):
        return "email"
    digits = sum(character.isdigit() for character in text)
    return "phone" if _PHONE.fullmatch(text) and digits >= _FEWEST_DIGITS else "other"
