"""The languages that people read here, and a text in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def as_language(tag: str) -> Language:
    """Return the language of a tag such as "ru" or "ru-RU"; English for any other."""
    return "ru" if tag[:2].lower() == "ru" else "en"


@dataclass(frozen=True, slots=True)
class BilingualText:
    """Words for people, in each language."""

    en: str
    ru: str

    def in_(self, language: str) -> str:
        """Return the words in one language."""
        return self.ru if as_language(language) == "ru" else self.en

    def format(self, **values: object) -> BilingualText:
        """
        Return the text with its braces filled in.

        Raises:
            KeyError: a brace has no value.

        """
        return BilingualText(self.en.format(**values), self.ru.format(**values))
