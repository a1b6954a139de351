"""
The languages of the product: two complete ones, and those that an operator adds.

An operator's texts are found by the English ones, so that one folder serves catalogues, the texts
in the code and checklists alike. What isn't translated is shown in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

CompleteLanguage = Literal["en", "ru"]
LANGUAGES: tuple[CompleteLanguage, ...] = get_args(CompleteLanguage)
# One of these, or one that an operator's translations add.
Language = str

Translation = str | Mapping[str, str]
LANGUAGE_NAME: Final = re.compile(r"[a-z]{2,3}")
PLURALS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
_more: dict[str, Mapping[str, Translation]] = {}


def set_translations(more: Mapping[str, Mapping[str, Translation]]) -> None:
    """Serve these languages besides the complete ones; `use_translations` reads them from files."""
    _more.clear()
    _more.update(more)


def more_languages() -> tuple[str, ...]:
    """Return the languages that an operator has added."""
    return tuple(_more)


def served_languages() -> tuple[str, ...]:
    """Return every language that a customer may choose."""
    return (*LANGUAGES, *_more)


def as_language(tag: str) -> str:
    """Return the language of a tag such as "ru" or "ru-RU"; English for one that isn't served."""
    name = tag.lower().replace("_", "-").partition("-")[0]
    return name if name in served_languages() else "en"


def translated(english: str, language: str) -> str:
    """Return an English text in a language, or the text itself if it isn't translated."""
    text = _more.get(language, {}).get(english)
    if isinstance(text, Mapping):
        return text.get("other", english)
    return text or english


def is_translated(english: str, language: str) -> bool:
    """Check whether an operator's language has this text."""
    return english in _more.get(language, {})


class Localised(dict[str, Any]):
    """A catalogue's text by language; a further language is looked up by the English text."""

    def __missing__(self, language: str) -> Any:  # noqa: ANN401 - a text, a list or parts by name
        if "en" not in self or not LANGUAGE_NAME.fullmatch(language):
            raise KeyError(language)
        return _in(language, self["en"])


def localised(row: dict[str, Any]) -> dict[str, Any]:
    """Return a catalogue's mapping, as `Localised` if it holds a text."""
    return Localised(row) if row.keys() >= set(LANGUAGES) else row


class _Plurals(dict[str, str]):
    """Forms by plural category; for a missing category the general form is used."""

    def __missing__(self, category: str) -> str:
        return self.get("other") or next(iter(self.values()))


def _in(language: str, english: Any) -> Any:  # noqa: ANN401 - see above
    if isinstance(english, str):
        return translated(english, language)
    if isinstance(english, list):
        return [_in(language, part) for part in english]
    if not isinstance(english, dict):
        return english
    if english.keys() <= PLURALS:
        text = _more.get(language, {}).get(str(english.get("other")))
        forms = text if isinstance(text, Mapping) else {"other": text} if text else english
        return _Plurals(forms)
    return {name: _in(language, part) for name, part in english.items()}


@dataclass(frozen=True, slots=True)
class BilingualText:
    """A text for people, in each language."""

    en: str
    ru: str

    def in_(self, language: str) -> str:
        """Return the text in one language."""
        language = as_language(language)
        return self.ru if language == "ru" else translated(self.en, language)

    def format(self, **values: object) -> BilingualText:
        """
        Return the text with its braces filled in.

        Raises:
            KeyError: a brace has no value.
        """
        return BilingualText(self.en.format(**values), self.ru.format(**values))
