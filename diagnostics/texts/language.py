"""The languages that people read here."""

from __future__ import annotations

from typing import Literal, get_args

CompleteLanguage = Literal["en", "ru"]
LANGUAGES: tuple[CompleteLanguage, ...] = get_args(CompleteLanguage)
# One of these, or one that an operator's translations add.
Language = str
