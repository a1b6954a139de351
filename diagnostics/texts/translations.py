"""
Languages beyond the two that are complete: an operator's translations, found by the English text.

A folder has a file `de.yaml`, or a folder `de` of YAML files, for each language: each line is an
English text as it stands in the product or in a checklist, and its translation. Where a number
stands in a text, the translation may be a mapping of plural categories (CLDR) to texts. What isn't
translated is said in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from diagnostics.late_imports import importing
from diagnostics.texts.language import LANGUAGES

Translation = str | Mapping[str, str]
_NAME: Final = re.compile(r"[a-z]{2,3}")
_BRACES: Final = re.compile(r"\{[^{}]*\}")
PLURALS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
_more: dict[str, dict[str, Translation]] = {}


class TranslationError(ValueError):
    """A file of translations can't be used; the message names it and says why."""


def use_translations(folder: Path | None) -> None:
    """
    Serve the languages of a folder too; None: the complete ones alone.

    Raises:
        TranslationError: a file isn't a mapping of texts to texts, or a language is unknown.
    """
    read = _read_folder(folder) if folder is not None else {}
    _more.clear()
    _more.update(read)


def more_languages() -> tuple[str, ...]:
    """The languages that an operator has added."""
    return tuple(_more)


def served_languages() -> tuple[str, ...]:
    """Every language that a customer may choose."""
    return (*LANGUAGES, *_more)


def as_language(tag: str) -> str:
    """Return the language of a tag such as "ru" or "ru-RU"; English for one that isn't served."""
    name = tag.lower().replace("_", "-").partition("-")[0]
    return name if name in served_languages() else "en"


def translated(english: str, language: str) -> str:
    """Return an English text in a language, or itself where that isn't translated."""
    found = _more.get(language, {}).get(english)
    if isinstance(found, Mapping):
        return found.get("other", english)
    return found or english


def is_translated(english: str, language: str) -> bool:
    """Whether an operator's language has this text."""
    return english in _more.get(language, {})


class Localised(dict[str, Any]):
    """A text by language, as catalogues have it; another language's is looked up by the English."""

    def __missing__(self, language: str) -> Any:  # noqa: ANN401 - a text, a list or parts by name
        if "en" not in self or not _NAME.fullmatch(language):
            raise KeyError(language)
        return _in(language, self["en"])


def localised(row: dict[str, Any]) -> dict[str, Any]:
    """Return a catalogue's mapping, able to speak other languages where it holds a text."""
    return Localised(row) if row.keys() >= set(LANGUAGES) else row


class _Plurals(dict[str, str]):
    """Forms by plural category; a category that the language's texts lack says the general one."""

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
        found = _more.get(language, {}).get(str(english.get("other")))
        forms = found if isinstance(found, Mapping) else {"other": found} if found else english
        return _Plurals(forms)
    return {name: _in(language, part) for name, part in english.items()}


def _read_folder(folder: Path) -> dict[str, dict[str, Translation]]:
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            files.setdefault(path.name, []).extend(sorted(path.glob("*.yaml")))
        elif path.suffix == ".yaml":
            files.setdefault(path.stem, []).append(path)
    return {name: _read_language(name, paths) for name, paths in files.items() if paths}


def _read_language(name: str, paths: list[Path]) -> dict[str, Translation]:
    if name in LANGUAGES or not _NAME.fullmatch(name) or not _is_known(name):
        raise TranslationError(
            f"{paths[0]}: '{name}' is no language to add; name the file by its code, like de.yaml"
        )
    texts: dict[str, Translation] = {}
    for path in paths:
        texts.update(_read_file(path))
    return texts


def _read_file(path: Path) -> Iterator[tuple[str, Translation]]:
    with importing:
        from ruamel.yaml import YAML  # noqa: PLC0415 - seldom needed, and slow to import
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - see above
    try:
        content = YAML(typ="safe", pure=True).load(path.read_bytes())
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise TranslationError(f"{path}: {error}") from error
    if content is None:
        return
    if not isinstance(content, dict):
        raise TranslationError(f'{path}: write a line a text: "Back": "Zurück"')
    for english, text in content.items():
        if text in (None, ""):  # not translated yet
            continue
        _check(path, english, text)
        yield english, text


def _check(path: Path, english: object, text: object) -> None:
    """Every brace of the English text stands in its translation, and no other does."""
    is_forms = isinstance(text, dict) and text.keys() <= PLURALS
    forms: list[Any] = list(text.values()) if is_forms and isinstance(text, dict) else [text]
    if not isinstance(english, str) or not all(isinstance(form, str) for form in forms):
        raise TranslationError(
            f"{path}: {str(english)[:60]!r} needs a text, or texts by plural form"
        )
    wanted = set(_BRACES.findall(english))
    for form in forms:
        other = wanted ^ set(_BRACES.findall(form))
        # A plural form may say its number in a word.
        if other - ({"{count}"} if is_forms else set()):
            raise TranslationError(
                f"{path}: {english[:60]!r} and its translation differ in {', '.join(sorted(other))}"
            )


@cache
def _is_known(name: str) -> bool:
    with importing:
        from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - seldom needed
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True
