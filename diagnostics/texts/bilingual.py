"""A text in every language."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.texts.translations import as_language, translated


@dataclass(frozen=True, slots=True)
class BilingualText:
    """Words for people, in each language."""

    en: str
    ru: str

    def in_(self, language: str) -> str:
        """Return the words in one language."""
        language = as_language(language)
        return self.ru if language == "ru" else translated(self.en, language)

    def format(self, **values: object) -> BilingualText:
        """
        Return the text with its braces filled in.

        Raises:
            KeyError: a brace has no value.

        """
        return BilingualText(self.en.format(**values), self.ru.format(**values))
